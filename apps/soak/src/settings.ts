import type { WorkerOptions } from '@perdure/engine'
import type { Brake } from './sabotage/brake.js'

/** Times of the fleet, short so that half a minute holds many of everything. */
export const leaseMs = 1_000
const pollIntervalMs = 1_000
/** The strikes after which a run that kills its workers is set aside, by default. */
const maxRecoveries = 10

/** What a loaded machine with two cores may add to anything. */
const marginMs = 3_000

/**
 * By when a wake-up has to come, counted from its due time or from the end of the last disturbance, whichever is later:
 * a lease that runs out, then a poll with its jitter.
 */
export const wakeBoundMs = leaseMs + 1.2 * pollIntervalMs + marginMs
/** The same while a poisoned run takes workers down until it is set aside, counted while any worker is there. */
export const starvationBoundMs = 4 * wakeBoundMs
/** How often a poisoned body may run: two recoveries are no strikes, and each may have been cut short once more. */
export const poisonedBodiesAllowed = 2 * maxRecoveries + 4
/** After so long a run that kills its workers has to be set aside. */
export const setAsideBoundMs = poisonedBodiesAllowed * (leaseMs + pollIntervalMs)

/** Disturbances come in turns with calm, long enough for a bound to be seen. */
export const stormMs = 7_000
export const calmMs = 7_000
/** How long the fleet may take to be there, before it is disturbed. */
export const longestStartMs = 30_000
/** How long runs may take to come to their ends after the load: poison has to be set aside, by a loaded machine as well. */
export const longestSettleMs = 90_000
/** How long what is asked for in the silence may take. */
export const longestAnswerMs = 4 * wakeBoundMs

/** Runs that one client has in hand at a time, and how often it starts one. */
export const conversationsAtOnce = 14
export const startEveryMs = 220

/** Nothing that a client or a workflow waits for is longer than this, so that all has come to an end soon after. */
export const longestWaitMs = 2_000

/** So long after the last work no timer of a worker is left that could show it new work by chance. */
export const silenceMs = leaseMs + longestWaitMs

/** How workers are set up, and how they are without a brake. */
export function workerSettings(without: Brake | undefined): WorkerOptions {
  return {
    concurrency: 20,
    lease: leaseMs,
    pollInterval: without === 'poll' ? '1d' : pollIntervalMs,
    maxRecoveries: without === 'poison-brake' ? 1_000_000 : maxRecoveries,
  }
}
