import type { RunRecord } from '@perdure/core'
import type { ProbedRows } from './store-under-test.js'

/**
 * What can never be true of the lives of one execution: each begins with a run of its own number and goes on through its
 * `continueAsNew` chain, and a message belongs to the life that was current when it was received.
 */
export function lifeFindings(runs: readonly RunRecord[], messages: ProbedRows['inbox']): readonly string[] {
  const inOrder = runs.toSorted((a, b) => a.runNo - b.runNo)
  const received = messages.toSorted((a, b) => a.inboxSeq - b.inboxSeq)
  const lives = new Set(runs.map(({ lifeNo }) => lifeNo))
  const followers = received.slice(1).map((message, index) => [received[index] ?? message, message] as const)
  const facts: Readonly<Record<string, boolean>> = {
    'has a run of another life than the one it goes on with or begins': inOrder.some((run, index) => {
      const before = inOrder[index - 1]
      return run.lifeNo !== (before?.status === 'CONTINUED_AS_NEW' ? before.lifeNo : run.runNo)
    }),
    'has a message of a life that never was': received.some(({ lifeNo }) => !lives.has(lifeNo)),
    'has a message of an earlier life than the one before': followers.some(
      ([before, message]) => message.lifeNo < before.lifeNo,
    ),
    'has a message received before the one before': followers.some(
      ([before, message]) => message.lifeNo === before.lifeNo && message.receivedAt < before.receivedAt,
    ),
    'has told a holder less than it has received': runs.some(
      (run) =>
        run === inOrder.at(-1) &&
        received.some(({ lifeNo, receivedAt }) => lifeNo === run.lifeNo && run.answeredAt < receivedAt - 1),
    ),
    'has two messages with one dedupe id in one life': hasTwins(received),
  }
  return Object.keys(facts).filter((fact) => facts[fact])
}

function hasTwins(messages: ProbedRows['inbox']): boolean {
  const named = messages.filter(({ dedupeId }) => dedupeId !== null)
  return new Set(named.map(({ lifeNo, dedupeId }) => `${lifeNo} ${dedupeId}`)).size < named.length
}
