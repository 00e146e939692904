export interface Stall {
  /** Aborts when nothing has happened for too long. */
  readonly signal: AbortSignal
  /** Something has happened. */
  postpone(): void
  stop(): void
}

/** A lease runs out after seconds, a retry comes after seconds: a minute without any news is forever. */
const patienceMs = 60_000

/** Ends the wait for a worker that does not get on: work that never ends must be reported as lost. */
export function watchForStall(): Stall {
  const controller = new AbortController()
  const timer = setTimeout(() => {
    controller.abort(new Error(`nothing has happened for ${patienceMs / 1000} seconds`))
  }, patienceMs)
  return {
    signal: controller.signal,
    postpone: () => timer.refresh(),
    stop: () => clearTimeout(timer),
  }
}
