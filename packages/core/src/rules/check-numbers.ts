import type { OperationRecord, RunState } from '../records.js'
import { isSettled } from '../statuses.js'
import type { CommitEntry } from '../store.js'

/**
 * Why the numbers of a turn cannot be right, as far as the row tells; null: they can be. **New numbers follow on those
 * given out before, without a gap and each once**, so a row that has a new number is a new one, and any other replaces an
 * open one: which it is, and that it has the same id, only the journal can tell.
 */
export function checkNumbers(
  { counters: before }: Pick<RunState, 'counters'>,
  { operations, counters: after }: Pick<CommitEntry, 'operations' | 'counters'>,
): string | null {
  const started = after.startSeq - before.startSeq
  const settled = after.settleSeq - before.settleSeq
  if (started < 0 || settled < 0) return 'the counters of the run go back'
  let newCount = 0
  let endCount = 0
  for (const operation of operations) {
    const { operationId, startSeq, settleSeq, status } = operation
    if (!isNumber(startSeq, 1, after.startSeq)) return `operation ${operationId} has the startSeq ${startSeq}`
    if (isSettled(status) !== (settleSeq !== null))
      return `operation ${operationId} is ${status} without its number`
    if (settleSeq !== null && !isNumber(settleSeq, before.settleSeq + 1, after.settleSeq))
      return `operation ${operationId} has the settleSeq ${settleSeq}`
    if (startSeq > before.startSeq) newCount += 1
    if (settleSeq !== null) endCount += 1
  }
  if (newCount !== started || endCount !== settled) return 'the numbers of the turn have gaps'
  return operations.length > 1 && hasTwice(operations) ? 'a number or an id of the turn is given twice' : null
}

function isNumber(value: number, from: number, to: number): boolean {
  return Number.isInteger(value) && value >= from && value <= to
}

function hasTwice(operations: readonly OperationRecord[]): boolean {
  const ids = new Set<string>()
  const starts = new Set<number>()
  const ends = new Set<number>()
  let endCount = 0
  for (const { operationId, startSeq, settleSeq } of operations) {
    ids.add(operationId)
    starts.add(startSeq)
    if (settleSeq === null) continue
    ends.add(settleSeq)
    endCount += 1
  }
  return ids.size < operations.length || starts.size < operations.length || ends.size < endCount
}
