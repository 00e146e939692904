import type { RunState } from '../records.js'
import { isTerminal } from '../statuses.js'
import type { CommitAnswer, CommitEntry, HolderView } from '../store.js'
import { checkNumbers } from './check-numbers.js'
import { type Effects, type Ending, endRun, noEffects } from './end-run.js'
import { fencedAnswer } from './fenced.js'
import { suspicionAfterTurn } from './suspicion.js'
import { tellTime } from './told-time.js'

/**
 * What one turn does to its row. The row keeps nothing of the entry itself, only copies.
 *
 * **The commit last applied is recognised before the fence is looked at**, so a holder that lost an answer learns
 * `duplicate` even if somebody has claimed the run since; an earlier commit of the same holding, late on its way, is
 * one as well. A lease that was given up is nobody's, whatever the fence still says. A turn that gives the run up (suspend, finish, continue as
 * new) must have seen the newest message and the newest accepted request; else the message would wait forever, or a
 * cancel that was answered "accepted" would be overtaken.
 */
export type TurnDecision<Run extends RunState> =
  | {
      readonly kind: 'refuse'
      readonly answer: CommitAnswer
      /** To be written if it is another object than the row: a refused holder was told the time as well. */
      readonly run: Run
    }
  | {
      readonly kind: 'apply'
      /** The answer is `viewOf` the row once the turn's messages are in it: one may be for this very run. */
      readonly run: Run
      /** How the run ended; null while it goes on. */
      readonly ending: Ending | null
      readonly effects: Effects
    }

export function commitTurn<Run extends RunState>(
  run: Run,
  entry: CommitEntry,
  now: number,
): TurnDecision<Run> {
  const { applied, fence } = run
  const isHolder = fence.epoch === entry.fence.epoch && fence.nonce === entry.fence.nonce
  if (applied !== null && applied.nonce === entry.fence.nonce && entry.commitSeq <= applied.commitSeq) {
    const leaseUntil = isHolder ? run.leaseUntil : null
    const answer: CommitAnswer = { kind: 'duplicate', ...viewOf(run, now), leaseUntil }
    return { kind: 'refuse', answer, run: leaseUntil === null ? run : tellTime(run, now) }
  }
  if (isTerminal(run.status) || run.leaseUntil === null || !isHolder) {
    return { kind: 'refuse', answer: fencedAnswer(run), run }
  }
  if (givesUp(entry) && isBehind(run, entry)) {
    return { kind: 'refuse', answer: { kind: 'stale', ...viewOf(run, now) }, run: tellTime(run, now) }
  }
  const reason = checkNumbers(run, entry)
  if (reason !== null) return { kind: 'refuse', answer: { kind: 'rejected', reason }, run }
  const recorded: Run = {
    ...run,
    applied: { nonce: entry.fence.nonce, commitSeq: entry.commitSeq },
    ...suspicionAfterTurn(run, entry),
    answeredAt: Math.max(run.answeredAt, now),
    counters: { ...entry.counters },
    inboxPending: run.inboxPending - entry.consumed.length,
    childCount: run.childCount + entry.children.length,
  }
  const { run: next, ending, effects } = takeTurn(recorded, entry, now)
  return { kind: 'apply', run: next, ending, effects }
}

/** What a holder learns of its row. Nothing in it is part of the row: whoever gets it may write into it. */
export function viewOf({ inboxSeq, control, leaseUntil }: RunState, now: number): HolderView {
  const cancel = control.cancel === null ? null : { ...control.cancel }
  return { now, inboxSeq, control: { ...control, cancel }, leaseUntil }
}

/** True if the turn is one that an unseen message or request must hold up. */
function givesUp({ turn }: CommitEntry): boolean {
  return turn.kind === 'suspend' || turn.kind === 'finish' || turn.kind === 'continueAsNew'
}

function isBehind(run: RunState, { seen }: CommitEntry): boolean {
  return seen.inboxSeq < run.inboxSeq || seen.controlSeq < run.control.seq
}

interface Taken<Run extends RunState> {
  readonly run: Run
  readonly ending: Ending | null
  readonly effects: Effects
}

function takeTurn<Run extends RunState>(run: Run, { turn, leaseMs }: CommitEntry, now: number): Taken<Run> {
  switch (turn.kind) {
    case 'continue':
      return onward(withLeaseAfterCommit(run, leaseMs, now))
    case 'suspend':
      return onward(letGo(run, 'SUSPENDED', turn.dueAt, [...turn.waitsFor]))
    case 'release':
      return onward(letGo(run, 'PENDING', now, []))
    case 'block':
      return onward({ ...letGo(run, 'BLOCKED', now, []), blocked: { ...turn.blocked }, blockedAt: now })
    case 'finish': {
      const { status, output, error, compensationOutcome } = turn
      return ended(run, { status, output, error, compensationOutcome }, now)
    }
    case 'continueAsNew':
      return ended(
        run,
        { status: 'CONTINUED_AS_NEW', output: null, error: null, compensationOutcome: null },
        now,
      )
  }
}

function onward<Run extends RunState>(run: Run): Taken<Run> {
  return { run, ending: null, effects: noEffects }
}

function ended<Run extends RunState>(run: Run, ending: Ending, now: number): Taken<Run> {
  return { ...endRun(run, ending, now), ending }
}

/** A paused run that lets go stays paused; its due time is kept for the day it is resumed. */
function letGo<Run extends RunState>(
  run: Run,
  status: 'SUSPENDED' | 'PENDING' | 'BLOCKED',
  dueAt: number | null,
  waitsFor: readonly string[],
): Run {
  return {
    ...run,
    status: run.control.paused && status !== 'BLOCKED' ? 'PAUSED' : status,
    dueAt,
    waitsFor,
    leaseUntil: null,
    leaseOwner: null,
  }
}

/** Most commits leave the lease, and with it every index, as it is. */
function withLeaseAfterCommit<Run extends RunState>(run: Run, leaseMs: number, now: number): Run {
  if (run.leaseUntil !== null && run.leaseUntil - now >= leaseMs / 2) return run
  return { ...run, leaseUntil: now + leaseMs }
}
