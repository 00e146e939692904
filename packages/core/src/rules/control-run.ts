import type { ControlState, Fence, RunState } from '../records.js'
import { isTerminal } from '../statuses.js'
import type { ControlAction, ControlAnswer } from '../store.js'
import { type Effects, type Ending, endRun, noEffects } from './end-run.js'
import { isSameCommit } from './same-commit.js'
import { unsuspected } from './suspicion.js'

export type ControlDecision<Run extends RunState> =
  | { readonly kind: 'refuse'; readonly answer: ControlAnswer }
  | {
      readonly kind: 'accept'
      readonly answer: ControlAnswer
      readonly run: Run
      readonly ending: Ending | null
      readonly effects: Effects
    }

/**
 * What a request does to a run's row. Pausing, terminating, and cancelling a run that has recorded nothing end in this
 * write and need no code of the user; any other cancel makes the run due, and a worker delivers it.
 */
export function controlRun<Run extends RunState>(
  run: Run,
  action: ControlAction,
  now: number,
): ControlDecision<Run> {
  if (isTerminal(run.status)) return refuse(run)
  if (run.corrupted !== null && action.kind !== 'terminate' && action.kind !== 'unblock') return refuse(run)
  switch (action.kind) {
    case 'pause':
      return pause(run, now)
    case 'resume':
      if (run.status !== 'PAUSED') return refuse(run)
      return accept(goOn(asked(run, { paused: false }), now), now, action, run)
    case 'cancel':
      return cancel(run, action, now)
    case 'terminate':
      return end(run, 'TERMINATED', action.reason ?? 'terminated', now)
    case 'unblock':
      if (run.status !== 'BLOCKED') return refuse(run)
      return accept(unblocked(run, now), now, null, run)
    case 'setDeadline':
      return accept(asked(run, { deadlineAt: action.deadlineAt }), now, null, run)
    case 'wake':
      if (run.status !== 'SUSPENDED' || !isSameCommit(run.applied, action.mark)) return refuse(run)
      return accept(goOn(run, now), now, null, run)
  }
}

function pause<Run extends RunState>(run: Run, now: number): ControlDecision<Run> {
  const pausable = run.status === 'PENDING' || run.status === 'RUNNING' || run.status === 'SUSPENDED'
  if (!pausable) return refuse(run)
  return accept({ ...asked(run, { paused: true }), status: 'PAUSED' }, now, { kind: 'pause' }, run)
}

function cancel<Run extends RunState>(
  run: Run,
  action: Extract<ControlAction, { readonly kind: 'cancel' }>,
  now: number,
): ControlDecision<Run> {
  if (run.control.cancel !== null) return refuse(run)
  if (run.applied === null) return end(run, 'CANCELLED', action.reason ?? 'cancelled', now)
  const request = { reason: action.reason, requestedAt: now }
  const next = {
    ...goOn(asked(run, { paused: false, cancel: request }), now),
    blocked: null,
    blockedAt: null,
  }
  return accept(next, now, { kind: 'cancel', reason: 'parent cancelled' }, run)
}

/** An end that needs nobody's code. The fence changes, so the holder's next write is refused. */
function end<Run extends RunState>(
  run: Run,
  status: 'CANCELLED' | 'TERMINATED',
  reason: string,
  now: number,
): ControlDecision<Run> {
  const ending: Ending = {
    status,
    output: null,
    error:
      status === 'CANCELLED'
        ? { name: 'ExecutionCancelledError', message: reason, code: 'EXECUTION_CANCELLED', durable: true }
        : { name: 'ExecutionTerminatedError', message: reason, code: 'EXECUTION_TERMINATED', durable: true },
    compensationOutcome: 'SKIPPED',
  }
  const fence: Fence = { epoch: run.fence.epoch + 1, nonce: '' }
  const done = endRun({ ...asked(run, { paused: false }), fence }, ending, now)
  return {
    kind: 'accept',
    answer: { kind: 'accepted', status, now },
    run: done.run,
    ending,
    effects: done.effects,
  }
}

function accept<Run extends RunState>(
  next: Run,
  now: number,
  cascade: ControlAction | null,
  before: Run,
): ControlDecision<Run> {
  return {
    kind: 'accept',
    answer: { kind: 'accepted', status: next.status, now },
    run: next,
    ending: null,
    effects: before.childCount === 0 ? noEffects : { outcome: null, cascade },
  }
}

function refuse(run: RunState): { readonly kind: 'refuse'; readonly answer: ControlAnswer } {
  return { kind: 'refuse', answer: { kind: 'refused', status: run.status } }
}

function asked<Run extends RunState>(run: Run, change: Partial<Omit<ControlState, 'seq'>>): Run {
  return { ...run, control: { ...run.control, ...change, seq: run.control.seq + 1 } }
}

/** Whatever it was blocked for is forgotten; it may have been mended. */
function unblocked<Run extends RunState>(run: Run, now: number): Run {
  return { ...goOn(run, now), ...unsuspected, blocked: null, blockedAt: null, corrupted: null }
}

/** A held run goes on with its holder; a free one is due at once, or at its time if it has not begun yet. */
function goOn<Run extends RunState>(run: Run, now: number): Run {
  if (run.leaseUntil !== null) return { ...run, status: 'RUNNING' }
  const status = run.control.paused ? 'PAUSED' : 'PENDING'
  return { ...run, status, dueAt: run.startedAt === null ? run.dueAt : now }
}
