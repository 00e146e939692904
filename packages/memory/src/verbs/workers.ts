import type { WorkerRecord } from '@perdure/core'
import { forgottenBefore } from '@perdure/core'
import type { Act } from '../act.js'

export function announce(act: Act, worker: Omit<WorkerRecord, 'seenAt'>): { readonly now: number } {
  const { database, now } = act
  for (const each of database.workers()) {
    if (each.namespace === worker.namespace && each.seenAt < forgottenBefore(now)) database.removeWorker(each)
  }
  database.putWorker({ ...worker, seenAt: now })
  return { now }
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
