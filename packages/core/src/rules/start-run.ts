import type { RunRecord } from '../records.js'
import { rowFormat } from '../row-format.js'
import { isTerminal } from '../statuses.js'
import type { CreateAnswer, NewRun } from '../store.js'
import { unsuspected } from './suspicion.js'

/** Of the newest run of an execution, what starting it again depends on. */
export type ExistingRun = Pick<
  RunRecord,
  'runNo' | 'lifeNo' | 'status' | 'workflow' | 'direct' | 'startInputHash' | 'inboxSeq' | 'corrupted'
>

export type StartDecision =
  | { readonly kind: 'create'; readonly run: RunRecord }
  | { readonly kind: 'answer'; readonly answer: Exclude<CreateAnswer, { kind: 'created' }> }

/**
 * Decide what starting an execution under a chosen id means, given the newest run there is (null: none). Compared is the
 * input that began the life of that run: a run that was continued as new has another input by now.
 */
export function startRun(existing: ExistingRun | null, wanted: NewRun, now: number): StartDecision {
  if (existing === null) return { kind: 'create', run: firstRow(wanted, 1, 0, now) }
  const { runNo, lifeNo, status } = existing
  if (isTerminal(status)) {
    if (wanted.idReusePolicy === 'newRunAfterTerminal') {
      return { kind: 'create', run: firstRow(wanted, runNo + 1, existing.inboxSeq, now) }
    }
    if (wanted.idReusePolicy !== 'returnExisting') return refuse({ kind: 'exists', runNo, status })
  } else if (wanted.idReusePolicy === 'reject') {
    return refuse({ kind: 'exists', runNo, status })
  }
  // What it was begun with may be what cannot be read.
  if (existing.corrupted !== null) return refuse({ kind: 'existing', runNo, lifeNo, status })
  // A script is no workflow, whatever the name of one is.
  const isOther = existing.workflow !== wanted.workflow || existing.direct !== wanted.direct
  if (isOther) return refuse({ kind: 'mismatch', runNo, field: 'workflow' })
  if (existing.startInputHash !== wanted.inputHash) return refuse({ kind: 'mismatch', runNo, field: 'input' })
  return refuse({ kind: 'existing', runNo, lifeNo, status })
}

function refuse(answer: Exclude<CreateAnswer, { kind: 'created' }>): StartDecision {
  return { kind: 'answer', answer }
}

function firstRow(wanted: NewRun, runNo: number, inboxSeq: number, now: number): RunRecord {
  return {
    format: rowFormat,
    namespace: wanted.namespace,
    executionId: wanted.executionId,
    runNo,
    lifeNo: runNo,
    workflow: wanted.workflow,
    version: wanted.version,
    queue: wanted.queue,
    priority: wanted.priority,
    direct: wanted.direct,
    parent: wanted.parent,
    attached: wanted.attached,
    childCount: 0,
    status: 'PENDING',
    blocked: null,
    blockedAt: null,
    corrupted: null,
    decided: null,
    dueAt: wanted.startAt ?? now,
    leaseUntil: null,
    leaseOwner: null,
    fence: { epoch: 0, nonce: '' },
    applied: null,
    ...unsuspected,
    answeredAt: 0,
    inboxSeq,
    inboxBase: inboxSeq,
    inboxPending: 0,
    waitsFor: [],
    control: {
      seq: 0,
      paused: false,
      cancel: null,
      deadlineAt: wanted.timeoutMs === null ? null : Math.max(now, wanted.startAt ?? now) + wanted.timeoutMs,
    },
    counters: { startSeq: 0, settleSeq: 0 },
    createdAt: now,
    startedAt: null,
    finishedAt: null,
    seed: wanted.seed,
    input: wanted.input,
    inputHash: wanted.inputHash,
    startInputHash: wanted.inputHash,
    tenantId: wanted.tenantId,
    auth: wanted.auth,
    searchAttributes: wanted.searchAttributes,
    output: null,
    error: null,
    compensationOutcome: null,
  }
}
