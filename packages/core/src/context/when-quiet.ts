import { givingWay } from './give-way.js'

// Taken once, when the module is loaded: fake timers of a test framework replace it.
const nextTick = process.nextTick.bind(process)

/**
 * Calls `run` once all promise reactions that are due have run: user code is quiet, and only something from outside
 * can make it go on. Timers and I/O come first where they have not had their turn for long.
 *
 * The microtask comes first because a tick that is scheduled outside of the microtask queue runs before that queue; one
 * that is scheduled inside of it runs when it is empty.
 */
export function whenQuiet(run: () => void): void {
  givingWay(() => queueMicrotask(() => nextTick(run)))
}
