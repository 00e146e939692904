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
    const delayMs = Math.round(everyMs * (1 + spread * (2 * Math.random() - 1)))
    stop = clock.schedule(delayMs, () => {
      arm()
      run()
    })
  }
  arm()
  return () => stop()
}
