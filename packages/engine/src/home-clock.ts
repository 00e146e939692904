import type { Clock, EnterContext } from '@perdure/core'

/** A clock whose timers are armed, and fire, in a home context, whoever asks for them. */
export function homeClock(clock: Clock, enterHome: EnterContext): Clock {
  return {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    schedule: (delayMs, run) => enterHome(() => clock.schedule(delayMs, () => enterHome(run))),
  }
}
