import { type Clock, StoreError } from '@perdure/core'
import type { StoreCall, StoreInterceptor } from './intercept-store.js'

/** What goes wrong with one call. */
export type Fault =
  /** It is not applied, and the caller hears of an error. */
  | { readonly kind: 'failBefore' }
  /** It is applied, and the answer is lost. */
  | { readonly kind: 'failAfter' }
  /** It is applied later than it was asked for; calls made meanwhile overtake it. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** It is applied after the next call, or once so much time has passed without one. */
  | { readonly kind: 'reorder'; readonly withinMs: number }
  /** It arrives twice; the second answer is the one that comes back. */
  | { readonly kind: 'duplicate' }
  /** The caller's process dies before it is applied. */
  | { readonly kind: 'crashBefore' }
  /** The caller's process dies after it was applied. */
  | { readonly kind: 'crashAfter' }

/** Which call suffers what. Asked once for every call. */
export type FaultPlan = (call: StoreCall) => Fault | undefined

/** What faults need of their surroundings. */
export interface FaultHost {
  /** For delays. */
  readonly clock: Clock
  /** Ends the process that made the call. */
  readonly crash: () => void
}

/** An interceptor that does to each call what the plan says. */
export function injectFaults(plan: FaultPlan, { clock, crash }: FaultHost): StoreInterceptor {
  let overtaken: (() => void)[] = []
  return async (call, ask) => {
    const fault = plan(call)
    const apply: typeof ask = async () => {
      const waiting = overtaken
      overtaken = []
      try {
        return await ask()
      } finally {
        for (const follow of waiting) follow()
      }
    }
    switch (fault?.kind) {
      case undefined:
        return apply()
      case 'failBefore':
        throw broken(call, 'was not applied')
      case 'failAfter':
        await apply()
        throw broken(call, 'was applied and its answer lost')
      case 'delay':
        await new Promise<void>((resolve) => clock.schedule(fault.delayMs, resolve))
        return apply()
      case 'reorder':
        await new Promise<void>((resolve) => {
          overtaken.push(resolve)
          clock.schedule(fault.withinMs, resolve)
        })
        return apply()
      case 'duplicate':
        await apply()
        return apply()
      case 'crashBefore':
        crash()
        return new Promise(() => {})
      case 'crashAfter':
        await apply()
        crash()
        return new Promise(() => {})
    }
  }
}

/** Says that trying again is sensible, and not whether the call was applied: nobody knows that. */
function broken({ verb, callNo, verbNo }: StoreCall, what: string): StoreError {
  const message = `Injected: call ${callNo}, the ${verbNo}. ${verb}, ${what}.`
  return new StoreError(message, { verb, callNo, verbNo, retryable: true })
}
