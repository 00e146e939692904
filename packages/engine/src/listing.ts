import {
  checkOptions,
  type ExecutionStatus,
  executionStatuses,
  isTerminal,
  type ListPage,
  type RunRecord,
  showError,
  ValidationError,
} from '@perdure/core'
import type { ExecutionPage, ExecutionSummary, ListOptions } from './engine.js'
import { codecOf, type EngineCore } from './engine-core.js'
import { checkInteger } from './options.js'
import { candidatesOf, isDue, type ShownStatus, shownStatus, workerSilenceMs } from './shown-status.js'

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

/** How many pages of the store are read for one that is shown. */
const maxPages = 50

/**
 * A page of executions, as they are shown, of those that are shown with one of the statuses. The store is asked for all
 * that may be, piece by piece: never for more than there is room for, so that its cursor is that of the page.
 */
export async function listExecutions(
  core: EngineCore,
  { statuses, limit, ...options }: ResolvedListOptions,
): Promise<ExecutionPage> {
  const { namespace } = core.options
  const request = { namespace, statuses: candidatesOf(statuses) }
  const executions: ExecutionSummary[] = []
  let cursor: string | null | undefined = options.cursor
  for (let pages = 0; pages < maxPages && executions.length < limit && cursor !== null; pages += 1) {
    const from: { readonly cursor?: string } = cursor === undefined ? {} : { cursor }
    const page: ListPage = await core.store.list({ ...request, ...from, limit: limit - executions.length })
    const shown = await showRuns(core, page.runs)
    for (const [index, run] of page.runs.entries()) {
      const status = shown[index] ?? { status: run.status }
      if (statuses.length === 0 || statuses.includes(status.status))
        executions.push(await summaryOf(core, run, status))
    }
    cursor = page.cursor
  }
  return typeof cursor === 'string' ? { executions, cursor } : { executions }
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
  return `it is BLOCKED (${reason}): ${message}`
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

async function summaryOf(core: EngineCore, run: RunRecord, shown: ShownStatus): Promise<ExecutionSummary> {
  const error = run.error === null ? null : await showError(run.error, codecOf(core, run))
  return {
    executionId: run.executionId,
    runNo: run.runNo,
    workflowName: run.workflow,
    version: run.version,
    queue: run.queue,
    ...shown,
    ...(run.decided === null || isTerminal(run.status) ? {} : { decided: run.decided }),
    ...(error === null ? {} : { error }),
    ...(run.dueAt === null || isTerminal(run.status) ? {} : { dueAt: new Date(run.dueAt) }),
    ...(run.waitsFor.length === 0 ? {} : { waitsFor: run.waitsFor }),
    createdAt: new Date(run.createdAt),
    ...(run.startedAt === null ? {} : { startedAt: new Date(run.startedAt) }),
    ...(run.finishedAt === null ? {} : { finishedAt: new Date(run.finishedAt) }),
  }
}
