import { canonical } from './describe.js'
import { contradiction } from './pass-log.js'
import type { Performance } from './performance.js'
import type { Program } from './program.js'
import { type OperationSummary, printOperation } from './read-operations.js'

/**
 * What a run with crashes did otherwise than its twin without: nothing, if it is durable.
 *
 * Compared are the outcome, every operation of the history (path, occurrence, kind, status, error, attempts, the cells
 * in which it began and ended, and the order in which they ended), what came of what the outside did, and what the code
 * saw: each pass what the pass before saw and what the twin saw, as far as it came. Two things may differ:
 *
 * - What is never the same twice (random numbers, what a body makes) is numbered by where it first appears.
 * - An at-most-once step that was open when a process died may have lost an attempt, and failed of it.
 *
 * A run that was `late`, because there was no process for a while, may do other things than its twin. Its passes must
 * still agree with one another, and its rows be true.
 */
export function differences(
  { isOrdered }: Program,
  twin: Performance,
  crashed: Performance,
  isLate: boolean,
): readonly string[] {
  const broken = [
    ...twin.complaints.map((complaint) => `without crashes, ${complaint}`),
    ...crashed.complaints,
    ...passDifferences(crashed),
  ]
  if (isLate) return broken
  const inOrder = (operations: readonly OperationSummary[]): string[] =>
    isOrdered ? operations.map(printOperation) : operations.map(printOperation).sort()
  return [
    ...broken,
    ...lineDifferences('it ended as', [twin.status], [crashed.status]),
    ...lineDifferences('the outcome is', canonical([twin.outcome]), canonical([crashed.outcome])),
    ...lineDifferences('outside,', twin.happenings, crashed.happenings),
    ...lineDifferences('among operations,', inOrder(twin.operations), inOrder(excused(twin, crashed))),
    ...(isOrdered ? sightDifferences(twin, crashed) : []),
  ]
}

function passDifferences({ passes }: Performance): string[] {
  return passes.flatMap((pass, index) => {
    const later = passes[index + 1]
    const found = later === undefined ? undefined : contradiction(pass, later)
    return found === undefined
      ? []
      : [`pass ${index + 1} saw\n  ${found[0]}\nand the next one\n  ${found[1]}`]
  })
}

function sightDifferences(twin: Performance, crashed: Performance): string[] {
  const [whole] = twin.passes
  if (whole === undefined) return []
  return crashed.passes.flatMap((pass, index) => {
    const found = contradiction(whole, pass, canonical)
    if (found === undefined) return []
    return [
      `without crashes the code saw\n  ${found[0]}\nand with them, in pass ${index + 1},\n  ${found[1]}`,
    ]
  })
}

/** Operations of the crashed run, those that a crash was free to interrupt as they would have been without it. */
function excused(twin: Performance, { interrupted, operations }: Performance): readonly OperationSummary[] {
  const byKey = new Map(twin.operations.map((operation) => [operation.key, operation]))
  return operations.map((operation) => {
    const like = byKey.get(operation.key)
    if (like === undefined || operation.endedIn === null || !interrupted.has(operation.key)) return operation
    return { ...operation, status: like.status, error: like.error, attempts: like.attempts }
  })
}

/** The first line that differs. */
function lineDifferences(what: string, expected: readonly string[], found: readonly string[]): string[] {
  for (let index = 0; index < Math.max(expected.length, found.length); index += 1) {
    if (expected[index] === found[index]) continue
    const at = expected.length > 1 || found.length > 1 ? ` (line ${index + 1})` : ''
    return [
      `${what} without crashes${at}\n  ${expected[index] ?? 'nothing more'}\nand with them\n  ${found[index] ?? 'nothing more'}`,
    ]
  }
  return []
}
