import type { CapabilitiesInput, Clock, Store } from '@perdure/core'
import { type MemoryDatabase, type MemoryStore, memory } from '@perdure/memory'

export type Verb = Exclude<keyof Store, 'capabilities' | 'watch'>

/** Is given the call and its arguments, and answers in its place. */
export type Around = (call: () => Promise<unknown>, args: readonly unknown[]) => Promise<unknown>

/** The real memory store, whose calls a test counts, holds up, repeats or fails. */
export interface WatchedStore extends Store {
  readonly inner: MemoryStore
  /** Calls by verb, those that failed included. */
  readonly counts: Record<Verb, number>
  /** The latest wins; returns how to stop. */
  around(verb: Verb, around: Around): () => void
  /** For the next call only. */
  once(verb: Verb, around: Around): void
}

const verbs: readonly Verb[] = [
  'open',
  'close',
  'create',
  'claim',
  'acquire',
  'commit',
  'renew',
  'look',
  'append',
  'control',
  'load',
  'messages',
  'read',
  'list',
  'finishedSince',
  'inbox',
  'announce',
  'retire',
  'workers',
  'relay',
]

export interface WatchedStoreOptions {
  readonly clock?: Clock
  readonly database?: MemoryDatabase
  readonly capabilities?: Omit<CapabilitiesInput, 'adapter'>
}

export function watchedStore(options: WatchedStoreOptions = {}): WatchedStore {
  const inner = memory(options)
  const counts = Object.fromEntries(verbs.map((verb) => [verb, 0])) as Record<Verb, number>
  const advice = new Map<Verb, Around[]>()

  function wrap(verb: Verb): (...args: unknown[]) => Promise<unknown> {
    return async (...args) => {
      counts[verb] += 1
      // Every verb takes what it is given: the types are those of the caller.
      const call = (): Promise<unknown> => (inner[verb] as (...all: unknown[]) => Promise<unknown>)(...args)
      const around = advice.get(verb)?.at(-1)
      return around === undefined ? call() : around(call, args)
    }
  }

  function around(verb: Verb, added: Around): () => void {
    const all = advice.get(verb) ?? []
    all.push(added)
    advice.set(verb, all)
    return () => void all.splice(all.indexOf(added), 1)
  }

  const wrapped = Object.fromEntries(verbs.map((verb) => [verb, wrap(verb)])) as unknown as Pick<Store, Verb>
  return {
    ...wrapped,
    capabilities: inner.capabilities,
    watch: (listener) => inner.watch(listener),
    inner,
    counts,
    around,
    once: (verb, added) => {
      const stop = around(verb, (call, args) => {
        stop()
        return added(call, args)
      })
    },
  }
}
