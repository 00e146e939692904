/** Where the library takes its time from. Tests give one that they move by hand. */
export interface Clock {
  /** Whole milliseconds since the epoch; may jump. */
  now(): number
  /** Milliseconds since some fixed point; never goes back. */
  monotonic(): number
  /** Calls `run` once after `delayMs`, which may be longer than a timer of the platform. Returns what cancels it. */
  schedule(delayMs: number, run: () => void): () => void
}

// Taken once, when the module is loaded: fake timers of a test framework must not stop a running engine.
const { setTimeout, clearTimeout } = globalThis
const dateNow = Date.now
const performanceNow = performance.now.bind(performance)

/** The longest delay that a timer of the platform takes; a longer one would fire at once. */
const maxTimerMs = 2 ** 31 - 1

/** The time of this machine. Its timers keep the process alive. */
export const systemClock: Clock = Object.freeze({
  now: () => dateNow(),
  monotonic: () => performanceNow(),
  schedule: scheduleTimer,
})

function scheduleTimer(delayMs: number, run: () => void): () => void {
  const dueAt = performanceNow() + delayMs
  // Dropped on cancel, so that whoever keeps the cancel function does not keep what `run` holds.
  let pending: (() => void) | undefined = run
  let timer: ReturnType<typeof globalThis.setTimeout> | undefined

  const arm = (remainingMs: number): void => {
    timer = setTimeout(fire, Math.min(Math.max(remainingMs, 0), maxTimerMs))
  }
  const fire = (): void => {
    const remainingMs = dueAt - performanceNow()
    if (delayMs > maxTimerMs && remainingMs > 1) {
      arm(remainingMs)
      return
    }
    const due = pending
    pending = undefined
    due?.()
  }
  arm(delayMs)
  return () => {
    pending = undefined
    clearTimeout(timer)
  }
}
