import type { BlockedReason, CommitAnswer, CommitEntry } from '@perdure/core'
import type { EngineCore } from './engine-core.js'
import type { Leased } from './run-holder.js'

/** Blocks a run that was just claimed, before anything of it is loaded. */
export async function setAside(
  { lane, registry, options, log }: EngineCore,
  { row }: Leased,
  leaseMs: number,
  why: Omit<BlockedReason, 'build'>,
): Promise<CommitAnswer> {
  const { namespace, executionId, runNo, fence, counters } = row
  const workflow = registry.find(row.workflow, row.version)
  const build = workflow === undefined ? '' : registry.buildOf(workflow)
  const entry: CommitEntry = {
    key: { namespace, executionId, runNo },
    fence,
    commitSeq: 1,
    leaseMs,
    operations: [],
    consumed: [],
    counters,
    seen: { inboxSeq: row.inboxSeq, controlSeq: row.control.seq },
    turn: { kind: 'block', blocked: { ...why, build } },
    children: [],
    messages: [],
  }
  const answer = await lane.commit(entry, options.clock.monotonic() + leaseMs)
  if (answer.kind === 'applied') log.blocked(row, why)
  return answer
}

/** Why a run that its holders died of does not go on. */
export function poisoned({ executionId, recoveries, strikes }: Leased['row']): Omit<BlockedReason, 'build'> {
  return {
    reason: 'POISONED',
    message:
      `${recoveries} processes that held the run died, ${strikes} of them soon after they had begun it. Find out what in ` +
      `it ends the process, then call engine.unblock("${executionId}"), or engine.terminate("${executionId}").`,
  }
}
