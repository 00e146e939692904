import type { ClaimRequest, ExecutionKey, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import {
  acquireRequest,
  claimRequest,
  entryFor,
  event,
  newChild,
  newRun,
  operations,
  unique,
} from '../builders.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import type { Damage } from '../store-under-test.js'
import { block, continueAsNew, finish } from '../turns.js'

/** What makes the row of a run itself unreadable. */
const damages: readonly Damage[] = ['state', 'values']

export const isolationRequirements: readonly StoreRequirement[] = [
  requirement('ISOLATION-01', 'a claim that meets a row it cannot read leases the others', async (t) => {
    await eachDamage(t, async (queue, what) => {
      const { bad, healthy } = await amongOthers(t, queue, what)
      const claimed = await t.claim({ queues: [queue] })
      expect(names(claimed)).toEqual(names(healthy))
      expect(await t.claim({ queues: [queue] })).toEqual([])
      const { nextAt } = await t.store.claim(claimRequest({ queues: [queue], leaseMs: 1_000 }))
      expect(nextAt, 'the row that cannot be read is in no index').toBe(t.clock.now() + 30_000)
      expect(await shown(t, bad)).toEqual(['BLOCKED', 'CORRUPTED'])
    })
  }),

  requirement('ISOLATION-02', 'turns that travel with such a claim are applied', async (t) => {
    await eachDamage(t, async (queue, what) => {
      const held = await t.hold()
      const { healthy } = await amongOthers(t, queue, what)
      const reply = await t.store.commit({
        entries: [entryFor(held, { operations: operations(held, [{}]) })],
        claim: claimRequest({ queues: [queue] }),
      })
      expect(reply.answers).toMatchObject([{ kind: 'applied' }])
      expect(reply.claim?.claimed).toHaveLength(healthy.length)
      expect(await t.journal(held)).toHaveLength(1)
    })
  }),

  requirement(
    'ISOLATION-03',
    'reading and listing answer all rows, and show which one is corrupted',
    async (t) => {
      await eachDamage(t, async (queue, what) => {
        const { bad, healthy } = await amongOthers(t, queue, what)
        const all = [...healthy, bad]
        const read = await t.store.read(all.map(({ namespace, executionId }) => ({ namespace, executionId })))
        expect(read.map((row) => row?.status)).toEqual([...healthy.map(() => 'PENDING'), 'BLOCKED'])
        expect(read.at(-1)).toMatchObject({ blocked: { reason: 'CORRUPTED' }, queue, runNo: 1 })
        expect(read.at(-1)?.corrupted).toEqual(expect.any(String))
        const { runs } = await t.store.list({ namespace: 'main', statuses: [], limit: 1_000 })
        expect(names(runs.filter((run) => run.queue === queue))).toEqual(names(all))
        await t.claim({ queues: [queue] })
        const blocked = await t.store.list({ namespace: 'main', statuses: ['BLOCKED'], limit: 1_000 })
        expect(names(blocked.runs)).toContain(bad.executionId)
      })
    },
  ),

  requirement(
    'ISOLATION-04',
    'turns and renewals of others are answered as ever, those of its holder are not',
    async (t) => {
      await eachDamage(t, async (queue, what) => {
        if (what === 'values') return
        const { bad, healthy } = await heldAmongOthers(t, queue, what)
        const all = [...healthy, bad]
        const holdings = all.map((run) => ({ key: keyOf(run), fence: run.fence }))
        const renewed = await (await t.another()).renew({ leaseMs: 60_000, holdings })
        expect(kinds(renewed)).toEqual([...healthy.map(() => 'renewed'), 'fenced'])
        const entries = all.map((run) => entryFor(run, { operations: operations(run, [{}]) }))
        const { answers } = await (await t.another()).commit({ entries })
        expect(kinds(answers)).toEqual([...healthy.map(() => 'applied'), 'rejected'])
      })
    },
  ),

  requirement(
    'ISOLATION-05',
    'the next run of one whose values are gone cannot be begun, those of others can',
    async (t) => {
      if (!t.canDamage) return
      const { bad, healthy } = await heldAmongOthers(t, unique('queue'), 'values')
      const entries = [...healthy, bad].map((run) => entryFor(run, { turn: continueAsNew() }))
      const { answers } = await t.store.commit({ entries })
      expect(kinds(answers)).toEqual([...healthy.map(() => 'applied'), 'rejected'])
    },
  ),

  requirement('ISOLATION-06', 'a message to it is kept, and read once it is mended', async (t) => {
    await eachDamage(t, async (queue, what) => {
      const { bad, healthy, mend } = await amongOthers(t, queue, what)
      const answers = await t.store.append(
        [...healthy, bad].map((run) => ({ to: executionOf(run), message: event('go') })),
      )
      expect(kinds(answers)).toEqual([...healthy, bad].map(() => 'appended'))
      await t.claim({ queues: [queue] })
      await mend()
      expect(await t.ask(bad, { kind: 'unblock' })).toMatchObject({ kind: 'accepted' })
      const [claimed] = await t.claim({ queues: [queue] })
      expect(claimed).toMatchObject({ executionId: bad.executionId, inboxSeq: 1 })
      expect(await t.pending(bad)).toMatchObject([{ topic: 'event:go' }])
    })
  }),

  requirement('ISOLATION-07', 'it is unblocked once it can be read, and not before', async (t) => {
    await eachDamage(t, async (queue, what) => {
      const { bad, mend } = await amongOthers(t, queue, what)
      await t.claim({ queues: [queue] })
      expect(await t.ask(bad, { kind: 'unblock' })).toMatchObject({ kind: 'refused', status: 'BLOCKED' })
      await mend()
      expect(await t.claim({ queues: [queue] }), 'nobody but a person knows that it was mended').toEqual([])
      expect(await t.ask(bad, { kind: 'unblock' })).toMatchObject({ kind: 'accepted', status: 'PENDING' })
      const [claimed] = await t.claim({ queues: [queue] })
      expect(claimed).toMatchObject({ executionId: bad.executionId, corrupted: null, blocked: null })
      expect(claimed?.input).toEqual(bad.input)
    })
  }),

  requirement(
    'ISOLATION-08',
    'it can be terminated, marked or not, can be read from then on, and its parent hears',
    async (t) => {
      for (const isMarked of [false, true]) {
        await eachDamage(t, async (queue, what) => {
          const parent = await t.hold()
          const child = newChild(parent, 'spawn', { queue })
          await t.apply(parent, { children: [child] })
          const bad = await t.newest(child)
          await t.damage(bad, what)
          if (isMarked) expect(await t.claim({ queues: [queue] })).toEqual([])
          expect(await t.ask(bad, { kind: 'terminate', reason: 'damaged' })).toMatchObject({
            kind: 'accepted',
            status: 'TERMINATED',
          })
          expect(await t.row(bad)).toMatchObject({
            ...{ status: 'TERMINATED', error: { message: 'damaged' }, corrupted: null, blocked: null },
          })
          expect(await t.pending(parent)).toMatchObject([{ topic: 'child:spawn', outcome: 'TERMINATED' }])
        })
      }
    },
  ),

  requirement(
    'ISOLATION-09',
    'requests to others are accepted, and those to it refused, but for its end',
    async (t) => {
      await eachDamage(t, async (queue, what) => {
        const { bad, healthy } = await amongOthers(t, queue, what)
        await t.claim({ queues: [queue] })
        const answers = await t.store.control(
          [...healthy, bad].map((run) => ({ ...executionOf(run), action: { kind: 'pause' } as const })),
        )
        expect(kinds(answers)).toEqual([...healthy.map(() => 'accepted'), 'refused'])
      })
    },
  ),

  requirement('ISOLATION-10', 'starting it again finds it, and others are started beside', async (t) => {
    await eachDamage(t, async (queue, what) => {
      const { bad, healthy } = await amongOthers(t, queue, what)
      const wanted = [...healthy, bad].map(({ executionId }) =>
        newRun({ executionId, queue, idReusePolicy: 'returnExisting' }),
      )
      const answers = await t.store.create([...wanted, newRun({ queue })])
      expect(kinds(answers)).toEqual([...wanted.map(() => 'existing'), 'created'])
      expect(await t.store.acquire(acquireRequest(bad))).toMatchObject({ kind: 'corrupted' })
    })
  }),

  requirement('ISOLATION-11', 'of a journal, rows that cannot be read are left out and named', async (t) => {
    if (!t.canDamage) return
    const run = await t.hold()
    await t.apply(run, { operations: operations(run, [{}, {}, {}]) })
    const mend = await t.damage(run, 'operation')
    for (const everything of [true, false]) {
      const page = await t.store.load({ ...keyOf(run), limit: 10, everything })
      expect(page.operations).toHaveLength(2)
      expect(page.damage).toEqual(expect.any(String))
    }
    await mend()
    expect((await t.store.load({ ...keyOf(run), limit: 10 })).damage).toBeUndefined()
    expect(await t.journal(run)).toHaveLength(3)
  }),

  requirement(
    'ISOLATION-12',
    'of an inbox, messages that cannot be read are left out and named',
    async (t) => {
      if (!t.canDamage) return
      const run = await t.hold()
      for (const name of ['a', 'b']) await t.send(run, event(name))
      const mend = await t.damage(run, 'message')
      const pages = [
        await t.store.messages({
          ...keyOf(run),
          topics: ['a', 'b'].map((name) => ({ topic: `event:${name}`, after: 0, limit: 10 })),
          maxBytes: 1_000,
        }),
        await t.store.inbox({ ...executionOf(run), after: 0, limit: 10 }),
      ]
      for (const page of pages) {
        expect(page.messages).toMatchObject([{ topic: 'event:a' }])
        expect(page.damage).toEqual(expect.any(String))
      }
      await mend()
      expect(await t.pending(run)).toHaveLength(2)
    },
  ),

  requirement(
    'ISOLATION-13',
    'a row of a newer format is not claimed, and not taken for a corrupted one',
    async (t) => {
      if (!t.canDamage) return
      const queue = unique('queue')
      const { bad, healthy } = await amongOthers(t, queue, 'newer')
      const request: Partial<ClaimRequest> = { queues: [queue], startedAt: t.clock.now() + 1 }
      expect(names(await t.claim(request))).toEqual(names(healthy))
      const { nextAt } = await t.store.claim(claimRequest({ ...request, suspects: 0 }))
      expect(nextAt).toBeNull()
      expect(await t.row(bad)).toMatchObject({ status: 'PENDING', corrupted: null })
    },
  ),

  requirement(
    'ISOLATION-14',
    'a run that its holder found corrupted is not claimed, even past its deadline',
    async (t) => {
      const held = await t.hold({ timeoutMs: 1_000 })
      const run = await t.apply(held, { turn: block({ reason: 'CORRUPTED' }) })
      t.clock.advance(60_000)
      const request = claimRequest({ queues: [run.queue], startedAt: t.clock.now() })
      expect(await t.store.claim(request)).toMatchObject({ claimed: [], nextAt: null })
      expect(await t.ask(run, { kind: 'unblock' })).toMatchObject({ kind: 'accepted' })
    },
  ),

  requirement(
    'ISOLATION-15',
    'one that is at its end and cannot be read stays so, and harms no others',
    async (t) => {
      await eachDamage(t, async (queue, what) => {
        const held = await t.hold({ queue })
        const done = await t.apply(held, { turn: finish() })
        const mend = await t.damage(done, what)
        const started = await t.start({ queue })
        expect(names(await t.claim({ queues: [queue] }))).toEqual([started.executionId])
        expect((await t.store.read([done]))[0]).toMatchObject({ status: done.status, blocked: null })
        for (const kind of ['terminate', 'cancel'] as const)
          expect(await t.ask(done, { kind, reason: null })).toMatchObject({ kind: 'refused' })
        await mend()
        expect(await t.row(done)).toEqual(done)
      })
    },
  ),

  requirement(
    'ISOLATION-16',
    'runs out of time that cannot be read keep none that comes later from being listed',
    async (t) => {
      await eachDamage(t, async (queue, what) => {
        for (let index = 0; index < 20; index += 1)
          await t.damage(await t.start({ queue, timeoutMs: 1_000 + index }), what)
        const sound = await t.start({ queue, timeoutMs: 2_000 })
        t.clock.advance(2_000)
        const passed = async (): Promise<readonly string[]> => {
          const { passedDeadlines } = await t.store.claim(claimRequest({ queues: ['nothing'] }))
          return passedDeadlines.map(({ executionId }) => executionId)
        }
        // Some stores find out by the first claim what cannot be read.
        await passed()
        expect(await passed()).toEqual([sound.executionId])
        await t.ask(sound, { kind: 'recordDeadline', deadlineAt: t.clock.now() })
      })
    },
  ),
]

async function eachDamage(
  t: StoreTrial,
  check: (queue: string, what: Damage) => Promise<void>,
): Promise<void> {
  if (!t.canDamage) return
  for (const what of damages) await check(unique('queue'), what)
}

interface Among {
  readonly bad: RunRecord
  readonly healthy: readonly RunRecord[]
  readonly mend: () => Promise<void>
}

/** Twenty runs that are due in a queue, and one among them whose row cannot be read. */
async function amongOthers(t: StoreTrial, queue: string, what: Damage): Promise<Among> {
  const runs = []
  for (let started = 0; started < 21; started += 1) runs.push(await t.start({ queue }))
  const [bad] = runs.splice(7, 1)
  if (bad === undefined) throw new Error('nothing was started')
  return { bad, healthy: runs, mend: await t.damage(bad, what) }
}

/** The same, held. */
async function heldAmongOthers(t: StoreTrial, queue: string, what: Damage): Promise<Among> {
  for (let started = 0; started < 21; started += 1) await t.start({ queue })
  const runs = [...(await t.claim({ queues: [queue] }))]
  const [bad] = runs.splice(7, 1)
  if (bad === undefined) throw new Error('nothing was claimed')
  return { bad, healthy: runs, mend: await t.damage(bad, what) }
}

async function shown(t: StoreTrial, run: RunRecord): Promise<readonly unknown[]> {
  const { status, blocked } = await t.row(run)
  return [status, blocked?.reason]
}

function keyOf({ namespace, executionId, runNo }: RunRecord): ExecutionKey & { readonly runNo: number } {
  return { namespace, executionId, runNo }
}

function executionOf({ namespace, executionId }: RunRecord): ExecutionKey {
  return { namespace, executionId }
}

function kinds(answers: readonly { readonly kind: string }[]): readonly string[] {
  return answers.map(({ kind }) => kind)
}

function names(runs: readonly RunRecord[]): readonly string[] {
  return runs.map(({ executionId }) => executionId).sort()
}
