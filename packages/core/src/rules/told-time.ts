import type { RunState } from '../records.js'

/*
 * A holder acts on a timer as soon as it has been told that its time has come, before any row says so. **Whatever is
 * received afterwards is received later than that**, on the same millisecond and under a clock that was set back as
 * well: so whoever puts the two in order again finds the timer first, like the holder did.
 */

/** The row of a run whose holder is being told the time. The same object if that is no news. */
export function tellTime<Run extends RunState>(run: Run, now: number): Run {
  return run.answeredAt >= now ? run : { ...run, answeredAt: now }
}

/** When a message counts as received: after what a holder was told, and not before an earlier message. */
export function receivingTime({ answeredAt }: RunState, now: number): number {
  return Math.max(now, answeredAt + 1)
}

/** When a request counts as made: also after every message there is, for a cancel goes before those of its instant. */
export function requestTime({ answeredAt }: RunState, now: number): number {
  return Math.max(now, answeredAt + 2)
}
