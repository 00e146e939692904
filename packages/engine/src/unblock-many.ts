import {
  type BlockedReasonCode,
  checkName,
  checkOptions,
  type RunRecord,
  ValidationError,
} from '@perdure/core'
import type { EngineCore } from './engine-core.js'

/** Which BLOCKED executions; of an empty one, all. */
export interface UnblockFilter {
  readonly reason?: BlockedReasonCode
  /** The workflow's name. */
  readonly workflow?: string
}

const pageSize = 500

const reasons: readonly BlockedReasonCode[] = [
  'NON_DETERMINISTIC',
  'UNREADABLE',
  'MISUSE',
  'POISONED',
  'CORRUPTED',
  'COMPENSATION_HANDLER',
]

/** Lets all that match be tried again. Returns how many were accepted. @throws ValidationError */
export async function unblockMany(
  { store, bus, options }: EngineCore,
  filter: UnblockFilter,
): Promise<number> {
  const { namespace } = options
  let accepted = 0
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const from: { readonly cursor?: string } = cursor === undefined ? {} : { cursor }
    const page = await store.list({ namespace, statuses: ['BLOCKED'], limit: pageSize, ...from })
    cursor = page.cursor
    const meant = page.runs.filter((run) => isMeant(run, filter))
    if (meant.length === 0) continue
    const answers = await store.control(
      meant.map(({ executionId, runNo }) => ({
        namespace,
        executionId,
        action: { kind: 'unblock' },
        target: { runNo },
      })),
    )
    accepted += answers.filter(({ kind }) => kind === 'accepted').length
  }
  if (accepted > 0) bus.tell({ kind: 'due', namespace })
  return accepted
}

/** @throws ValidationError naming the field, the value and the limit */
export function checkUnblockFilter(filter: UnblockFilter): UnblockFilter {
  checkOptions(filter, ['reason', 'workflow'], 'filter')
  const { reason, workflow } = filter
  if (workflow !== undefined) checkName(workflow, 'filter.workflow')
  if (reason === undefined || reasons.includes(reason)) return filter
  throw new ValidationError({ field: 'filter.reason', value: reason, limit: `one of ${reasons.join(', ')}` })
}

function isMeant({ workflow, blocked }: RunRecord, filter: UnblockFilter): boolean {
  if (filter.workflow !== undefined && filter.workflow !== workflow) return false
  return filter.reason === undefined || filter.reason === blocked?.reason
}
