import { AsyncResource } from 'node:async_hooks'

// Taken once, when the module is loaded: fake timers of a test framework replace it.
const { setImmediate } = globalThis
const nextTick = process.nextTick.bind(process)

/** How long promise reactions alone may keep the event loop, all runs of the process together. */
const budgetMs = 8
/** Calls between two looks at the clock. */
const freeCalls = 8

/** Since the event loop last came round. */
let calls = 0
/** Since when somebody looks at the clock, if the event loop is to tell when it comes round. */
let busySince: number | undefined
let isGoingOn = false
const waiting: (() => void)[] = []

/**
 * Calls `run` now; or, if what the library does in promise reactions alone has kept the event loop for long, after
 * timers and I/O have had their turn. A replay needs neither: without this, no lease would be renewed while many runs
 * are replayed.
 */
export function givingWay(run: () => void): void {
  calls += 1
  if (calls < freeCalls || (hasTime() && waiting.length === 0)) return run()
  waiting.push(AsyncResource.bind(run))
}

/** The same for what is awaited, takes its time whenever it goes on, and comes after what began to wait before. */
export function giveWay(): Promise<void> {
  return new Promise((resolve) => {
    hasTime()
    waiting.push(resolve)
    if (isGoingOn) return
    isGoingOn = true
    queueMicrotask(() => nextTick(goOn))
  })
}

function hasTime(): boolean {
  if (busySince === undefined) {
    busySince = performance.now()
    setImmediate(cameRound)
  }
  return performance.now() - busySince < budgetMs
}

function cameRound(): void {
  calls = 0
  busySince = undefined
  if (waiting.length === 0 || isGoingOn) return
  isGoingOn = true
  goOn()
}

/** One after the other while there is time: what one of them does when it goes on comes before the next. */
function goOn(): void {
  const next = hasTime() ? waiting.shift() : undefined
  isGoingOn = next !== undefined
  if (next === undefined) return
  next()
  // A tick that a tick asks for comes before the promise reactions.
  queueMicrotask(() => nextTick(goOn))
}
