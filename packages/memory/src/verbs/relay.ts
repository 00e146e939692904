import type { RelayAnswer, RunRecord } from '@perdure/core'
import type { Act } from '../act.js'
import type { RelayRecord } from '../memory-database.js'
import { control } from './control.js'

/**
 * Ask the action of the oldest relay of the next few children. What a child leaves to do for children of its own is a
 * relay of its own, recorded behind all others: a tree is walked a generation at a time, and no call grows with it.
 */
export function relay(act: Act, { limit }: { readonly limit: number }): RelayAnswer {
  const { database } = act
  const oldest = database.oldestRelay()
  if (oldest === null) return { applied: 0, remaining: false }
  const children = childrenOf(act, oldest)
  const piece = children.slice(0, limit)
  const isDone = piece.length === children.length
  database.replaceOldestRelay(isDone ? null : { ...oldest, after: piece.at(-1)?.executionId ?? oldest.after })
  const { action } = oldest
  const answers = control(
    act,
    piece.map(({ namespace, executionId }) => ({ namespace, executionId, action })),
  )
  const applied = answers.filter(({ kind }) => kind === 'accepted').length
  return { applied, remaining: database.oldestRelay() !== null }
}

/** Attached children that are not at their end and have not been asked yet, by id. */
function childrenOf(act: Act, { namespace, executionId, runNo, after }: RelayRecord): RunRecord[] {
  return act.database
    .unfinishedRuns()
    .filter((run) => {
      const isChild = run.parent?.executionId === executionId && run.parent.runNo === runNo
      return run.namespace === namespace && isChild && run.attached && run.executionId > after
    })
    .sort((a, b) => (a.executionId < b.executionId ? -1 : 1))
}
