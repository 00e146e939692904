import type { BlockedReason, CancelRequest, DecidedEnding, ExecutionStatus, RunState } from '@perdure/core'
import { claimAt, isSuspect, isToTryAlone, retryableSince } from '@perdure/core'
import { fromJson, toJson } from './json-column.js'
import type { SqlValue } from './statements.js'

/** What never changes of a run's row. */
export const identityColumns: readonly string[] = [
  'format',
  'namespace',
  'execution_id',
  'run_no',
  'life_no',
  'workflow',
  'version',
  'queue',
  'priority',
  'direct',
  'parent_execution_id',
  'parent_run_no',
  'parent_operation_id',
  'attached',
  'created_at',
  'inbox_base',
]

export function identityValues(run: RunState): SqlValue[] {
  return [
    run.format,
    run.namespace,
    run.executionId,
    run.runNo,
    run.lifeNo,
    run.workflow,
    run.version,
    run.queue,
    run.priority,
    Number(run.direct),
    run.parent?.executionId ?? null,
    run.parent?.runNo ?? null,
    run.parent?.operationId ?? null,
    Number(run.attached),
    run.createdAt,
    run.inboxBase,
  ]
}

/** What changes with nearly every commit. None of it is in an index. */
export const progressColumns: readonly string[] = [
  'applied_nonce',
  'applied_commit_seq',
  'recoveries',
  'strikes',
  'proven',
  'answered_at',
  'inbox_seq',
  'inbox_pending',
  'start_seq',
  'settle_seq',
  'child_count',
]

export function progressValues(run: RunState): SqlValue[] {
  return [
    run.applied === null ? null : run.applied.nonce,
    run.applied === null ? null : run.applied.commitSeq,
    run.recoveries,
    run.strikes,
    Number(run.proven),
    run.answeredAt,
    run.inboxSeq,
    run.inboxPending,
    run.counters.startSeq,
    run.counters.settleSeq,
    run.childCount,
  ]
}

/** What changes when a run is leased, let go, asked for something or ended. */
export const standingColumns: readonly string[] = [
  'status',
  'blocked',
  'blocked_at',
  'corrupted',
  'decided',
  'due_at',
  'lease_until',
  'lease_owner',
  'claim_at',
  'suspect',
  'retryable_since',
  'fence_epoch',
  'fence_nonce',
  'waits_for',
  'control_seq',
  'paused',
  'cancel',
  'deadline_at',
  'started_at',
  'finished_at',
]

export function standingValues(run: RunState): SqlValue[] {
  return [
    run.status,
    toJson(run.blocked),
    run.blockedAt,
    run.corrupted,
    run.decided,
    run.dueAt,
    run.leaseUntil,
    run.leaseOwner,
    claimAt(run),
    suspectLevel(run),
    retryableSince(run),
    run.fence.epoch,
    run.fence.nonce,
    run.waitsFor.length === 0 ? null : toJson(run.waitsFor),
    run.control.seq,
    Number(run.control.paused),
    toJson(run.control.cancel),
    run.control.deadlineAt,
    run.startedAt,
    run.finishedAt,
  ]
}

/** True if only the progress can differ. Parts of a row are replaced when they change, never written into. */
export function isSameStanding(before: RunState, after: RunState): boolean {
  return (
    before.status === after.status &&
    before.blocked === after.blocked &&
    before.blockedAt === after.blockedAt &&
    before.corrupted === after.corrupted &&
    before.decided === after.decided &&
    before.dueAt === after.dueAt &&
    before.leaseUntil === after.leaseUntil &&
    before.leaseOwner === after.leaseOwner &&
    before.fence === after.fence &&
    before.waitsFor === after.waitsFor &&
    before.control === after.control &&
    before.startedAt === after.startedAt &&
    before.finishedAt === after.finishedAt &&
    suspectLevel(before) === suspectLevel(after)
  )
}

/** 0: no suspect; 1: a suspect; 2: one that is tried alone. */
export function suspectLevel(run: RunState): 0 | 1 | 2 {
  if (!isSuspect(run)) return 0
  return isToTryAlone(run) ? 2 : 1
}

export const executionColumns: readonly string[] = [
  'run_id',
  ...identityColumns,
  ...progressColumns,
  ...standingColumns,
]

/** In the order of `executionColumns`. */
export type ExecutionRow = readonly [
  runId: number,
  format: number,
  namespace: string,
  executionId: string,
  runNo: number,
  lifeNo: number,
  workflow: string,
  version: string,
  queue: string,
  priority: number,
  direct: number,
  parentExecutionId: string | null,
  parentRunNo: number | null,
  parentOperationId: string | null,
  attached: number,
  createdAt: number,
  inboxBase: number,
  appliedNonce: string | null,
  appliedCommitSeq: number | null,
  recoveries: number,
  strikes: number,
  proven: number,
  answeredAt: number,
  inboxSeq: number,
  inboxPending: number,
  startSeq: number,
  settleSeq: number,
  childCount: number,
  status: ExecutionStatus,
  blocked: string | null,
  blockedAt: number | null,
  corrupted: string | null,
  decided: DecidedEnding | null,
  dueAt: number | null,
  leaseUntil: number | null,
  leaseOwner: string | null,
  claimAt: number | null,
  suspect: number,
  retryableSince: number | null,
  fenceEpoch: number,
  fenceNonce: string,
  waitsFor: string | null,
  controlSeq: number,
  paused: number,
  cancel: string | null,
  deadlineAt: number | null,
  startedAt: number | null,
  finishedAt: number | null,
]

/** Copies of the parts of a state that are objects: a state is remembered, and whoever is given a record may write into it. */
export function copiedParts(state: RunState): Partial<RunState> {
  const { parent, blocked, fence, applied, waitsFor, control, counters } = state
  return {
    parent: parent === null ? null : { ...parent },
    blocked: blocked === null ? null : { ...blocked },
    fence: { ...fence },
    applied: applied === null ? null : { ...applied },
    waitsFor: [...waitsFor],
    control: { ...control, cancel: control.cancel === null ? null : { ...control.cancel } },
    counters: { ...counters },
  }
}

const nothing: readonly string[] = Object.freeze([])

export function toRunState(row: ExecutionRow): RunState {
  // biome-ignore format: in the lines of the lists above
  const [
    , format, namespace, executionId, runNo, lifeNo, workflow, version, queue, priority, direct,
    parentExecutionId, parentRunNo, parentOperationId, attached, createdAt, inboxBase,
    appliedNonce, appliedCommitSeq, recoveries, strikes, proven, answeredAt, inboxSeq, inboxPending,
    startSeq, settleSeq, childCount, status, blocked, blockedAt, corrupted, decided, dueAt, leaseUntil, leaseOwner, , , ,
    fenceEpoch, fenceNonce,
    waitsFor, controlSeq, paused, cancel, deadlineAt, startedAt, finishedAt,
  ] = row
  return {
    format,
    namespace,
    executionId,
    runNo,
    lifeNo,
    workflow,
    version,
    queue,
    priority,
    direct: direct === 1,
    parent:
      parentExecutionId === null || parentRunNo === null || parentOperationId === null
        ? null
        : { executionId: parentExecutionId, runNo: parentRunNo, operationId: parentOperationId },
    attached: attached === 1,
    childCount,
    status,
    blocked: fromJson<BlockedReason>(blocked),
    blockedAt,
    corrupted,
    decided,
    dueAt,
    leaseUntil,
    leaseOwner,
    fence: { epoch: fenceEpoch, nonce: fenceNonce },
    applied:
      appliedNonce === null || appliedCommitSeq === null
        ? null
        : { nonce: appliedNonce, commitSeq: appliedCommitSeq },
    recoveries,
    strikes,
    proven: proven === 1,
    answeredAt,
    inboxSeq,
    inboxBase,
    inboxPending,
    waitsFor: waitsFor === null ? nothing : (fromJson<readonly string[]>(waitsFor) as readonly string[]),
    control: { seq: controlSeq, paused: paused === 1, cancel: fromJson<CancelRequest>(cancel), deadlineAt },
    counters: { startSeq, settleSeq },
    createdAt,
    startedAt,
    finishedAt,
  }
}
