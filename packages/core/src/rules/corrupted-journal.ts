import type { MessageRecord, OperationRecord } from '../records.js'
import { operationStatuses, operationTypes } from '../statuses.js'

/** What cannot be read of a row of the journal, as a text; null: nothing. */
export function findOperationDamage(operation: OperationRecord): string | null {
  const { operationId, type, status, error, extras } = operation
  const damaged = [
    operationTypes.includes(type) ? null : 'type',
    operationStatuses.includes(status) ? null : 'status',
    isError(error) ? null : 'error',
    typeof extras === 'object' ? null : 'extras',
  ].filter((field) => field !== null)
  return damaged.length === 0 ? null : `${damaged.join(', ')} of operation ${operationId}`
}

/** The same of a message in an inbox. */
export function findMessageDamage({ inboxSeq, kind, error }: MessageRecord): string | null {
  const damaged = [messageKinds.has(kind) ? null : 'kind', isError(error) ? null : 'error'].filter(
    (field) => field !== null,
  )
  return damaged.length === 0 ? null : `${damaged.join(', ')} of message ${inboxSeq}`
}

const messageKinds: ReadonlySet<string> = new Set(['event', 'callback', 'child', 'activity'])

function isError(error: OperationRecord['error'] | undefined): boolean {
  return error === null || (typeof error?.name === 'string' && typeof error.message === 'string')
}
