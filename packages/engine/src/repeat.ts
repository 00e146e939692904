import type { Clock } from '@perdure/core'

/**
 * Calls `run` again and again, each time after the interval, shorter or longer by up to `spread` of it: many processes
 * do not fall into step. Returns how to stop.
 */
export function repeat(
  clock: Clock,
  { everyMs, spread }: { readonly everyMs: number; readonly spread: number },
  run: () => void,
): () => void {
  let stop = (): void => {}
  const arm = (): void => {
    stop = clock.schedule(spreadMs(everyMs, spread), () => {
      arm()
      run()
    })
  }
  arm()
  return () => stop()
}

/** The interval, shorter or longer by up to `spread` of it. */
export function spreadMs(everyMs: number, spread: number): number {
  return Math.round(everyMs * (1 + spread * (2 * Math.random() - 1)))
}
