import {
  type BlockedReason,
  claimAt,
  type ExecutionStatus,
  type RunRecord,
  type WorkerRecord,
} from '@perdure/core'

/** How a run is shown: its status, and why it is blocked if it is. */
export interface ShownStatus {
  readonly status: ExecutionStatus
  readonly blocked?: Omit<BlockedReason, 'build'>
}

/** After so long without a sign of life a worker counts for nothing: three of its announcements. */
export const workerSilenceMs = 180_000

/**
 * A run that is due and that no living worker has code for is shown as BLOCKED. It is not written: the moment that a
 * worker with the code announces itself, it is due again, and nothing had to be undone. While no worker is alive at
 * all, nobody knows what is missing, and the run is what it is: PENDING.
 */
export function shownStatus(run: RunRecord, workers: readonly WorkerRecord[], now: number): ShownStatus {
  if (run.blocked !== null) {
    return { status: run.status, blocked: { reason: run.blocked.reason, message: run.blocked.message } }
  }
  const reason = isDue(run, now) && workers.length > 0 ? missing(run, workers) : undefined
  if (reason === undefined) return { status: run.status }
  const what = `workflow "${run.workflow}" version "${run.version}"`
  return {
    status: 'BLOCKED',
    blocked: { reason, message: `No living worker has ${what} on queue "${run.queue}".` },
  }
}

/** True if a look at the workers can change how the run is shown. */
export function isDue(run: RunRecord, now: number): boolean {
  const at = claimAt(run)
  return at !== null && at <= now && run.leaseUntil === null
}

function missing(
  run: RunRecord,
  workers: readonly WorkerRecord[],
): 'MISSING_HANDLER' | 'MISSING_VERSION' | undefined {
  const pairs = workers.filter(({ queues }) => queues.includes(run.queue)).flatMap((worker) => worker.pairs)
  const named = pairs.filter(({ workflow }) => workflow === run.workflow)
  if (named.length === 0) return 'MISSING_HANDLER'
  return named.some(({ version }) => version === run.version) ? undefined : 'MISSING_VERSION'
}
