import {
  checkOptions,
  type ExecutionStatus,
  executionStatuses,
  isTerminal,
  type RunRecord,
  showError,
  ValidationError,
} from '@perdure/core'
import type { ExecutionPage, ExecutionSummary, ListOptions } from './engine.js'
import { codecOf, type EngineCore } from './engine-core.js'
import { checkInteger } from './options.js'
import { isDue, type ShownStatus, shownStatus, workerSilenceMs } from './shown-status.js'

/** {@link ListOptions}, checked and with defaults. */
export type ResolvedListOptions = Required<Pick<ListOptions, 'limit'>> &
  Pick<ListOptions, 'cursor'> & { readonly statuses: readonly ExecutionStatus[] }

/** @throws ValidationError naming the field, the value and the limit */
export function resolveListOptions(options: ListOptions = {}): ResolvedListOptions {
  checkOptions(options, ['status', 'limit', 'cursor'], 'options')
  const limit = checkInteger(options.limit ?? 100, 'options.limit', 1, 1_000)
  const { cursor } = options
  return { limit, statuses: checkStatuses(options.status), ...(cursor === undefined ? {} : { cursor }) }
}

/** A page of executions, as they are shown. */
export async function listExecutions(core: EngineCore, options: ResolvedListOptions): Promise<ExecutionPage> {
  const { namespace } = core.options
  const { runs, cursor } = await core.store.list({ namespace, ...options })
  const shown = await showRuns(core, runs)
  const executions = await Promise.all(
    runs.map(async (run, index) => {
      const error = run.error === null ? null : await showError(run.error, codecOf(core, run))
      return summaryOf({ ...run, error }, shown[index] ?? { status: run.status })
    }),
  )
  return cursor === null ? { executions } : { executions, cursor }
}

/** How runs are shown. The workers are asked for only if that can make a difference. */
export async function showRuns(
  { store, options }: EngineCore,
  runs: readonly RunRecord[],
): Promise<ShownStatus[]> {
  const now = options.clock.now()
  const isAnyDue = runs.some((run) => isDue(run, now))
  const seenSince = now - workerSilenceMs
  const workers = isAnyDue ? await store.workers({ namespace: options.namespace, seenSince }) : []
  return runs.map((run) => shownStatus(run, workers, now))
}

/** What keeps a run from ending, for people; undefined if nothing does but time. */
export async function obstacleOf(core: EngineCore, run: RunRecord): Promise<string | undefined> {
  const [shown] = await showRuns(core, [run])
  if (shown?.blocked === undefined) return undefined
  const { reason, message } = shown.blocked
  const end = run.decided === null ? '' : ` It will end ${run.decided} once its code can clean up.`
  return `it is BLOCKED (${reason}): ${message}${end}`
}

function checkStatuses(status: ListOptions['status']): readonly ExecutionStatus[] {
  const statuses = status === undefined ? [] : typeof status === 'string' ? [status] : status
  if (!Array.isArray(statuses))
    throw new ValidationError({ field: 'options.status', value: status, limit: 'a status' })
  for (const each of statuses) {
    if (executionStatuses.includes(each)) continue
    throw new ValidationError({
      field: 'options.status',
      value: each,
      limit: `one of ${executionStatuses.join(', ')}`,
    })
  }
  return statuses
}

function summaryOf(run: RunRecord, shown: ShownStatus): ExecutionSummary {
  return {
    executionId: run.executionId,
    runNo: run.runNo,
    workflowName: run.workflow,
    version: run.version,
    queue: run.queue,
    ...shown,
    ...(run.error === null ? {} : { error: run.error }),
    ...(run.dueAt === null || isTerminal(run.status) ? {} : { dueAt: new Date(run.dueAt) }),
    ...(run.waitsFor.length === 0 ? {} : { waitsFor: run.waitsFor }),
    createdAt: new Date(run.createdAt),
    ...(run.startedAt === null ? {} : { startedAt: new Date(run.startedAt) }),
    ...(run.finishedAt === null ? {} : { finishedAt: new Date(run.finishedAt) }),
  }
}
