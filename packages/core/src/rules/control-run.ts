import type { Reason } from '../encoded-error.js'
import type { ControlState, DecidedEnding, Fence, RunState } from '../records.js'
import { isTerminal } from '../statuses.js'
import type { ControlAction, ControlAnswer } from '../store.js'
import { type Effects, type Ending, endRun, noEffects } from './end-run.js'
import { type AskedEnding, endingOf } from './ending-of.js'
import { isSameCommit } from './same-commit.js'
import { unsuspected } from './suspicion.js'
import { requestTime, tellTime } from './told-time.js'

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
 * What a request does to a run's row. Pausing, terminating, and cancelling a run that was never claimed end in this write
 * and need no code of the user. **Any other cancel needs it**: a run that has recorded nothing may have charged. It decides
 * the ending, and with that takes the deadline's power away; then the run is due, and a worker delivers it.
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
      return end(run, 'TERMINATED', action.reason, now)
    case 'unblock':
      if (run.status !== 'BLOCKED') return refuse(run)
      return accept(unblocked(run, now), now, null, run)
    case 'setDeadline':
      return accept(asked(run, { deadlineAt: action.deadlineAt }), now, null, run)
    case 'recordDeadline':
      return recordDeadline(run, action.deadlineAt, now)
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
  { reason, byParent }: Extract<ControlAction, { readonly kind: 'cancel' }>,
  now: number,
): ControlDecision<Run> {
  if (run.decided !== null || run.control.cancel !== null) return refuse(run)
  const reasonAside = setAside(run)
  if (reasonAside !== null && byParent !== true)
    return { kind: 'refuse', answer: { kind: 'refused', status: run.status, setAside: reasonAside } }
  if (run.startedAt === null) return end(run, 'CANCELLED', reason, now)
  const requestedAt = requestTime(run, now)
  const told = tellTime(run, requestedAt - 1)
  const next = decide(told, 'CANCELLED', { cancel: { reason, requestedAt } }, now)
  return accept(next, now, { kind: 'cancel', reason: 'parent cancelled', byParent: true }, run)
}

/** A holder that is alive ends its run itself. One that is not must not come back with another end: the fence changes. */
function recordDeadline<Run extends RunState>(
  run: Run,
  deadlineAt: number,
  now: number,
): ControlDecision<Run> {
  const stands = run.control.deadlineAt === deadlineAt && deadlineAt <= now
  const isHeld = run.leaseUntil !== null && run.leaseUntil > now
  if (!stands || isHeld) return refuse(run)
  if (run.startedAt === null) return end(run, 'TIMED_OUT', null, now)
  const free = { ...run, fence: nobody(run), leaseUntil: null, leaseOwner: null }
  return accept(decide(free, 'TIMED_OUT', {}, now), now, null, run)
}

/** The ending is decided: the code that cleans up is to be tried, except in a run that was set aside. */
function decide<Run extends RunState>(
  run: Run,
  decided: DecidedEnding,
  change: Partial<Omit<ControlState, 'seq'>>,
  now: number,
): Run {
  const next = { ...asked(run, { ...change, paused: false, deadlineAt: null }), decided }
  return setAside(run) === null ? tried(next, now) : next
}

/** Why a run is not given to a worker whatever is asked of it; null: it may be. */
function setAside({ blocked, corrupted }: RunState): 'POISONED' | 'CORRUPTED' | null {
  if (corrupted !== null) return 'CORRUPTED'
  return blocked?.reason === 'POISONED' || blocked?.reason === 'CORRUPTED' ? blocked.reason : null
}

/** Nothing keeps the run from being tried again. */
function tried<Run extends RunState>(run: Run, now: number): Run {
  return { ...goOn(run, now), blocked: null, blockedAt: null }
}

/** An end that needs nobody's code. The fence changes, so the holder's next write is refused. */
function end<Run extends RunState>(
  run: Run,
  status: AskedEnding,
  reason: Reason | null,
  now: number,
): ControlDecision<Run> {
  const ending = endingOf(status, reason, 'SKIPPED')
  const done = endRun({ ...asked(run, { paused: false }), fence: nobody(run) }, ending, now)
  return {
    kind: 'accept',
    answer: { kind: 'accepted', status, now },
    run: done.run,
    ending,
    effects: done.effects,
  }
}

/** A fence that nobody has. */
function nobody({ fence }: RunState): Fence {
  return { epoch: fence.epoch + 1, nonce: '' }
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
