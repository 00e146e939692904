import type { Store } from '@perdure/core'

/** The verbs of a store that read or write rows. */
export type StoreVerb = Exclude<keyof Store, 'capabilities' | 'open' | 'close' | 'watch'>

/** One call of a verb. */
export type StoreCall = {
  readonly [Verb in StoreVerb]: {
    readonly verb: Verb
    /** How many calls of any verb there have been, this one included. */
    readonly callNo: number
    /** How many calls of this verb there have been, this one included. */
    readonly verbNo: number
    readonly request: Parameters<Store[Verb]>[0]
  }
}[StoreVerb]

/** Stands between a caller and a store: it may call `apply` never, once or again, and answer what it likes. */
export type StoreInterceptor = <Answer>(call: StoreCall, apply: () => Promise<Answer>) => Promise<Answer>

const verbs: Readonly<Record<StoreVerb, true>> = {
  create: true,
  claim: true,
  acquire: true,
  commit: true,
  renew: true,
  look: true,
  append: true,
  control: true,
  load: true,
  messages: true,
  read: true,
  list: true,
  finishedSince: true,
  inbox: true,
  announce: true,
  retire: true,
  workers: true,
  relay: true,
}

/** Every verb that reads or writes rows. */
export const storeVerbs: readonly StoreVerb[] = Object.keys(verbs) as StoreVerb[]

/**
 * A store whose every call goes through an interceptor.
 *
 * @example
 * ```ts
 * import { interceptStore } from '@perdure/conformance/faults'
 * import { memory } from '@perdure/memory'
 *
 * const seen: string[] = []
 * export const store = interceptStore(memory(), (call, apply) => {
 *   seen.push(`${call.callNo}: ${call.verb}`)
 *   return apply()
 * })
 * ```
 */
export function interceptStore(store: Store, intercept: StoreInterceptor): Store {
  let callNo = 0
  const intercepted = (verb: StoreVerb): ((request: unknown) => Promise<unknown>) => {
    let verbNo = 0
    return (request) => {
      callNo += 1
      verbNo += 1
      // Verb, request and answer are those of one and the same verb.
      const call = { verb, callNo, verbNo, request } as StoreCall
      return intercept<unknown>(call, () => store[verb](request as never))
    }
  }
  const perform = Object.fromEntries(storeVerbs.map((verb) => [verb, intercepted(verb)]))
  return {
    capabilities: store.capabilities,
    open: () => store.open(),
    close: () => store.close(),
    watch: (listener) => store.watch(listener),
    ...(perform as unknown as Pick<Store, StoreVerb>),
  }
}
