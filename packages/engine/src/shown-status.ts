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
 * A run that is due, or whose lease is over, and that no living worker has code for is shown as BLOCKED. It is not
 * written: the moment that a worker with the code announces itself, it is due again, and nothing had to be undone.
 * While no worker is alive at all, nobody knows what is missing, and the run is PENDING. So is a run whose lease is
 * over: nobody is running it.
 */
export function shownStatus(run: RunRecord, workers: readonly WorkerRecord[], now: number): ShownStatus {
  if (run.blocked !== null) return blockedAs(run, run.status, run.blocked)
  const reason = isDue(run, now) && workers.length > 0 ? missing(run, workers) : undefined
  if (reason !== undefined) return blockedAs(run, 'BLOCKED', { reason, message: missingMessage(run) })
  return { status: run.status === 'RUNNING' && isLeaseOver(run, now) ? 'PENDING' : run.status }
}

/** True if a look at the workers can change how the run is shown. */
export function isDue(run: RunRecord, now: number): boolean {
  if (run.status === 'PAUSED' || run.status === 'BLOCKED') return false
  const at = claimAt(run)
  return at !== null && at <= now
}

/** The statuses that rows may have which are shown with one of these; none: all. */
export function candidatesOf(shown: readonly ExecutionStatus[]): readonly ExecutionStatus[] {
  return [...new Set(shown.flatMap((status) => [status, ...(shownAs[status] ?? [])]))]
}

/** Under which statuses lie the rows that are shown with this one, beside their own. */
const shownAs: Partial<Record<ExecutionStatus, readonly ExecutionStatus[]>> = {
  BLOCKED: ['PENDING', 'SUSPENDED', 'RUNNING'],
  PENDING: ['RUNNING'],
}

function isLeaseOver({ leaseUntil }: RunRecord, now: number): boolean {
  return leaseUntil !== null && leaseUntil <= now
}

function blockedAs(
  { decided }: RunRecord,
  status: ExecutionStatus,
  { reason, message }: Pick<BlockedReason, 'reason' | 'message'>,
): ShownStatus {
  const end = decided === null ? '' : ` It will end ${decided} once its code can clean up.`
  return { status, blocked: { reason, message: `${message}${end}` } }
}

function missingMessage({ workflow, version, queue }: RunRecord): string {
  return (
    `No living worker has workflow "${workflow}" version "${version}" on queue "${queue}": start one that has, or ` +
    'terminate the execution.'
  )
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
