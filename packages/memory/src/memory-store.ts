import type { CapabilitiesInput, Clock, Store } from '@perdure/core'
import { capabilities, StoreError, systemClock } from '@perdure/core'
import { Act } from './act.js'
import { MemoryDatabase } from './memory-database.js'
import { acquire } from './verbs/acquire.js'
import { append } from './verbs/append.js'
import { claim } from './verbs/claim.js'
import { commit } from './verbs/commit.js'
import { control } from './verbs/control.js'
import { create } from './verbs/create.js'
import { finishedSince } from './verbs/finished-since.js'
import { inbox } from './verbs/inbox.js'
import { list } from './verbs/list.js'
import { load } from './verbs/load.js'
import { look } from './verbs/look.js'
import { messages } from './verbs/messages.js'
import { read } from './verbs/read.js'
import { relay } from './verbs/relay.js'
import { renew } from './verbs/renew.js'
import { announce, retire, workers } from './verbs/workers.js'

export interface MemoryOptions {
  /** What due times and leases are judged by. @default systemClock */
  readonly clock?: Clock
  /** Overrides of the manifest, by which the engine goes: smaller limits, or fewer abilities. */
  readonly capabilities?: Omit<CapabilitiesInput, 'adapter'>
  /** Rows to share with another store: both are then handles on the same data. @default new and empty */
  readonly database?: MemoryDatabase
}

export interface MemoryStore extends Store {
  /** The rows behind the verbs. */
  readonly database: MemoryDatabase
}

const manifest: CapabilitiesInput = {
  adapter: 'memory',
  events: 'buffered',
  raceOrder: 'recorded',
  pause: true,
  cancel: true,
  list: true,
  namespaces: true,
  versions: true,
  push: true,
}

/**
 * The reference store: every verb of the port in as few words as possible, over the rules of core. For tests, for
 * trying things out, and to be read by who writes an adapter. Nothing survives the process.
 *
 * What goes in and what comes out is copied, so neither can be written through.
 *
 * @example
 * ```ts
 * import { memory } from '@perdure/memory'
 *
 * const store = memory()
 * const anotherHandle = memory({ database: store.database })
 * await Promise.all([store.open(), anotherHandle.open()])
 * ```
 */
export function memory(options: MemoryOptions = {}): MemoryStore {
  const { clock = systemClock, database = new MemoryDatabase() } = options
  const own = capabilities({ ...manifest, ...options.capabilities })
  const handle = { isClosed: false }

  // How every verb becomes one undivided act on copies; the promise is for the port's sake.
  function verb<Args extends unknown[], Answer>(
    perform: (act: Act, ...args: Args) => Answer,
  ): (...args: Args) => Promise<Answer> {
    return async (...args) => {
      if (handle.isClosed) throw new StoreError('The memory store was closed', { retryable: false })
      const act = new Act(database, clock.now(), own.limits.maxInboxMessages)
      const answer = structuredClone(perform(act, ...structuredClone(args)))
      database.hints.tell(handle, act.hints())
      return answer
    }
  }

  return {
    capabilities: own,
    database,
    open: async () => {},
    close: async () => {
      handle.isClosed = true
      database.hints.forget(handle)
    },
    create: verb(create),
    claim: verb(claim),
    acquire: verb(acquire),
    commit: verb(commit),
    renew: verb(renew),
    look: verb(look),
    append: verb(append),
    control: verb(control),
    load: verb(load),
    messages: verb(messages),
    read: verb(read),
    list: verb(list),
    finishedSince: verb(finishedSince),
    inbox: verb(inbox),
    announce: verb(announce),
    retire: verb(retire),
    workers: verb(workers),
    relay: verb(relay),
    watch: (listener) => (handle.isClosed ? () => {} : database.hints.listen(handle, listener)),
  }
}
