import type { Store } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import {
  acquireRequest,
  claimRequest,
  entryFor,
  event,
  executionOf,
  holding,
  keyOf,
  newChild,
  newRun,
  operations,
  pair,
} from '../builders.js'
import { family, recorded } from '../scenes.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { block, continueAsNew, finish, suspend } from '../turns.js'

/** Prepares a call of one verb that has something to do. It must be repeatable. */
type PrepareCall = (t: StoreTrial) => Promise<(store: Store) => Promise<unknown>>

const worker = { namespace: 'main', workerId: 'worker-1' }

const writingVerbs = {
  create: async () => {
    const batch = [newRun()]
    return (store) => store.create(batch)
  },
  claim: async (t) => {
    await t.start()
    const request = claimRequest()
    return (store) => store.claim(request)
  },
  acquire: async (t) => {
    const request = acquireRequest(await t.start())
    return (store) => store.acquire(request)
  },
  commit: async (t) => {
    const run = await recorded(t)
    const messages = [{ to: executionOf(run), message: event('go') }]
    const entries = [
      entryFor(run, { operations: operations(run, [{}]), children: [newChild(run, 'a')], messages }),
    ]
    return (store) => store.commit({ entries })
  },
  renew: async (t) => {
    const holdings = [holding(await t.hold())]
    return (store) => store.renew({ leaseMs: 60_000, holdings })
  },
  append: async (t) => {
    const batch = [{ to: executionOf(await t.hold()), message: event('go', { dedupeId: 'once' }) }]
    return (store) => store.append(batch)
  },
  control: async (t) => {
    const batch = [{ ...executionOf(await recorded(t)), action: { kind: 'cancel', reason: null } }] as const
    return (store) => store.control(batch)
  },
  announce: async () => (store) => store.announce({ ...worker, queues: ['default'], pairs: [pair()] }),
  retire: async (t) => {
    await t.store.announce({ ...worker, queues: ['default'], pairs: [pair()] })
    return (store) => store.retire(worker)
  },
  relay: async (t) => {
    const { parent } = await family(t)
    await t.ask(parent, { kind: 'terminate', reason: null })
    await t.relayAll()
    return (store) => store.relay({ limit: 10 })
  },
} satisfies Readonly<Record<string, PrepareCall>>

const readingVerbs = {
  load: async (t) => {
    const key = keyOf(await recorded(t))
    return (store) => store.load({ ...key, limit: 10 })
  },
  messages: async (t) => {
    const key = keyOf(await recorded(t))
    await t.send(key, event('go'))
    return (store) =>
      store.messages({ ...key, topics: [{ topic: 'event:go', after: 0, limit: 10 }], maxBytes: 1_000 })
  },
  look: async (t) => {
    const holdings = [holding(await t.hold())]
    return (store) => store.look(holdings)
  },
  read: async (t) => {
    const key = keyOf(await recorded(t))
    return (store) => store.read([key])
  },
  list: async () => (store) => store.list({ namespace: 'main', statuses: [], limit: 10 }),
  finishedSince: async () => (store) => store.finishedSince({ namespace: 'main', cursor: null, limit: 10 }),
  inbox: async (t) => {
    const key = executionOf(await recorded(t))
    await t.send(key, event('go'))
    return (store) => store.inbox({ ...key, after: 0, limit: 10 })
  },
  workers: async () => (store) => store.workers({ namespace: 'main', seenSince: 0 }),
} satisfies Readonly<Record<string, PrepareCall>>

const allVerbs: Readonly<Record<string, PrepareCall>> = { ...writingVerbs, ...readingVerbs }

const turns = {
  continue: { kind: 'continue' },
  suspend: suspend(['event:go']),
  release: { kind: 'release' },
  finish: finish(),
  continueAsNew: continueAsNew(),
  block: block(),
} as const

/** Rules that hold for every verb, or for every turn, alike. */
export const traitRequirements: readonly StoreRequirement[] = [
  ...Object.entries(allVerbs).map(([verb, prepare]) =>
    requirement<StoreTrial>(
      `CLOSED-${verb}`,
      `once the store is closed, ${verb} is refused with a typed error`,
      async (t) => {
        const call = await prepare(t)
        await t.store.close()
        await expect(call(t.store)).rejects.toMatchObject({
          code: 'STORE_FAILED',
          details: { retryable: false },
        })
      },
    ),
  ),

  ...Object.entries(writingVerbs).map(([verb, prepare]) =>
    requirement<StoreTrial>(
      `REPEAT-${verb}`,
      `a call of ${verb} that arrives again writes nothing more`,
      async (t) => {
        const call = await (prepare as PrepareCall)(t)
        await call(t.store)
        const before = await allRows(t)
        await call(await t.another())
        expect(await allRows(t)).toEqual(before)
      },
    ),
  ),

  ...Object.entries(readingVerbs).map(([verb, prepare]) =>
    requirement<StoreTrial>(`READ-${verb}`, `a call of ${verb} writes nothing`, async (t) => {
      const call = await (prepare as PrepareCall)(t)
      const before = await allRows(t)
      const answer = await call(t.store)
      expect(await call(t.store)).toEqual(answer)
      expect(await allRows(t)).toEqual(before)
    }),
  ),

  ...Object.entries(turns).map(([kind, turn]) =>
    requirement<StoreTrial>(
      `FENCED-${kind}`,
      `who lost the lease cannot ${kind}, and writes nothing`,
      async (t) => {
        const lost = await recorded(t)
        t.clock.advance(30_000)
        await t.reclaim(lost)
        const before = await allRows(t)
        const carries = { operations: operations(lost, [{}]), children: [newChild(lost, 'spawn')] }
        expect(await t.commit(lost, { ...carries, turn })).toEqual({ kind: 'fenced' })
        expect(await allRows(t)).toEqual(before)
      },
    ),
  ),
]

async function allRows(t: StoreTrial): Promise<readonly unknown[]> {
  // In any order, so as text in one order.
  return Object.values(await t.rows()).map((rows: readonly object[]) =>
    rows.map((row) => JSON.stringify(row)).sort(),
  )
}
