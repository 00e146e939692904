import type { AnnounceAnswer, RunRecord, WorkerRecord, WorkflowPair } from '@perdure/core'
import { controlRun } from '@perdure/core'
import type { Act } from '../act.js'
import { putChangedRun } from '../effects.js'

export function announce(act: Act, worker: Omit<WorkerRecord, 'seenAt'>): AnnounceAnswer {
  const { database, now } = act
  let unblocked = 0
  database.putWorker({ ...worker, seenAt: now })
  for (const run of database.unfinishedRuns()) {
    if (run.namespace !== worker.namespace) continue
    if (!worker.pairs.some((pair) => canGoOn(run, pair))) continue
    const decision = controlRun(run, { kind: 'unblock' }, now)
    if (decision.kind !== 'accept') continue
    putChangedRun(act, decision.run, decision.ending, decision.effects)
    unblocked += 1
  }
  return { now, unblocked }
}

/** True if the code of one build did not fit the journal, and this is another build of it. */
function canGoOn({ workflow, version, blocked }: RunRecord, pair: WorkflowPair): boolean {
  if (blocked?.reason !== 'NON_DETERMINISTIC' || blocked.build === pair.build) return false
  return pair.workflow === workflow && pair.version === version
}

export function retire(act: Act, worker: Pick<WorkerRecord, 'namespace' | 'workerId'>): void {
  act.database.removeWorker(worker)
}

export function workers(
  act: Act,
  { namespace, seenSince }: { readonly namespace: string; readonly seenSince: number },
): WorkerRecord[] {
  return act.database
    .workers()
    .filter((worker) => worker.namespace === namespace && worker.seenAt >= seenSince)
}
