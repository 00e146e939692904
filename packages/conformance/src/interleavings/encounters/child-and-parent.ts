import type { CommitEntry, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { entryFor, executionOf } from '../../store/builders.js'
import { family } from '../../store/scenes.js'
import type { StoreTrial } from '../../store/store-trial.js'
import { finish, suspend } from '../../store/turns.js'
import { attend, Holder } from '../holder.js'
import { type Encounter, inTurn } from '../interleave.js'
import { type Interleaving, interleaving } from '../interleaving.js'

export const childAndParentEncounters: readonly Interleaving[] = [
  interleaving(
    'INTERLEAVING-13',
    'finish of a child × suspend of its parent: the parent hears of it, in every order',
    async (t) => {
      const { parent, child } = await heldFamily(t)
      const awaits = ['child:spawn']
      return {
        scripts: {
          parent: () => new Holder(t, parent, awaits).work(),
          child: () => new Holder(t, child).work(),
        },
        check: () => expectBothCompleted(t, parent, child, awaits),
      }
    },
  ),

  interleaving(
    'INTERLEAVING-14',
    'a batch of child finish, parent suspend, sent twice × lease expiry × claim: the parent folds the outcome',
    (t) => meetInBatch(t, ({ child, parent }) => [child, parent], ['applied', 'stale']),
  ),

  interleaving(
    'INTERLEAVING-15',
    'a batch of parent suspend, child finish, sent twice × lease expiry × claim: the outcome wakes the parent',
    (t) => meetInBatch(t, ({ child, parent }) => [parent, child], ['applied', 'applied']),
  ),

  interleaving(
    'INTERLEAVING-16',
    'finish of a child × finish of its parent: both end, and nobody writes to who has ended',
    async (t) => {
      const { parent, child } = await heldFamily(t)
      return {
        scripts: {
          parent: () => new Holder(t, parent).work(),
          child: () => new Holder(t, child).work(),
          relay: inTurn(
            () => t.relayAll(),
            () => t.relayAll(),
          ),
        },
        check: async () => {
          await t.relayAll()
          expect(await attend(t, parent)).toMatchObject({ status: 'COMPLETED' })
          expect(await attend(t, child)).toMatchObject({ finishedAt: expect.any(Number) })
          const { messages } = await t.store.inbox({ ...executionOf(parent), after: 0, limit: 10 })
          expect(messages.length).toBeLessThanOrEqual(1)
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-17',
    'cancel of a parent × suspend of it × finish of its child: both end and neither waits',
    async (t) => {
      const { parent, child } = await heldFamily(t)
      const awaits = ['child:spawn']
      return {
        scripts: {
          parent: () => new Holder(t, parent, awaits).work(),
          child: () => new Holder(t, child).work(),
          canceller: inTurn(
            () => t.ask(parent, { kind: 'cancel', reason: null }),
            () => t.relayAll(),
          ),
        },
        check: async () => {
          await t.relayAll()
          const ended = await attend(t, parent, awaits)
          expect(['COMPLETED', 'CANCELLED']).toContain(ended.status)
          await t.relayAll()
          expect(['COMPLETED', 'CANCELLED']).toContain((await attend(t, child)).status)
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-18',
    'terminate of a parent × two engines that relay it × finish of its child: each ends once',
    async (t) => {
      const { parent, child } = await heldFamily(t)
      return {
        scripts: {
          operator: inTurn(() => t.ask(parent, { kind: 'terminate', reason: null })),
          child: () => new Holder(t, child).work(),
          one: inTurn(() => t.store.relay({ limit: 10 })),
          two: inTurn(() => t.store.relay({ limit: 10 })),
        },
        check: async () => {
          await t.relayAll()
          expect(await t.row(parent)).toMatchObject({ status: 'TERMINATED' })
          expect(['COMPLETED', 'TERMINATED']).toContain((await t.row(child)).status)
        },
      }
    },
  ),
]

/** A parent and its child, each held, the parent with something recorded. */
async function heldFamily(t: StoreTrial): Promise<{ readonly parent: RunRecord; readonly child: RunRecord }> {
  const { parent, child } = await family(t)
  const held = await t.reclaim(child)
  return { parent, child: await t.apply(held) }
}

/** Both turns in one batch, which arrives twice because its first answer is lost. */
async function meetInBatch(
  t: StoreTrial,
  order: (entries: { readonly child: CommitEntry; readonly parent: CommitEntry }) => readonly CommitEntry[],
  expected: readonly string[],
): Promise<Encounter> {
  const { parent, child } = await heldFamily(t)
  const awaits = ['child:spawn']
  const finishing = entryFor(child, { turn: finish() })
  const batch = order({ child: finishing, parent: entryFor(parent, { turn: suspend(['child:spawn']) }) })
  const answers: string[][] = []
  let isParentTaken = false
  const send = async (): Promise<void> => {
    const sent = await t.commitAll(batch)
    answers.push(sent.map(({ kind }) => kind))
  }
  return {
    scripts: {
      engine: inTurn(send, send),
      time: inTurn(async () => t.clock.advance(40_000)),
      other: async function* () {
        const [claimed] = await t.claim({ queues: [parent.queue] })
        if (claimed === undefined) return
        isParentTaken = answers.length === 0
        yield
        yield* new Holder(t, claimed, awaits).work()
      },
    },
    check: async () => {
      const finished = answers.map((kinds) => kinds[batch.indexOf(finishing)])
      expect(finished).toEqual(['applied', 'duplicate'])
      if (!isParentTaken) expect(answers[0]).toEqual(expected)
      t.clock.advance(60_000)
      await expectBothCompleted(t, parent, child, awaits)
    },
  }
}

/** Both have ended, or end when somebody comes by; and the parent heard of the child once. */
async function expectBothCompleted(
  t: StoreTrial,
  parent: RunRecord,
  child: RunRecord,
  awaits: string[],
): Promise<void> {
  expect(await attend(t, child)).toMatchObject({ status: 'COMPLETED' })
  expect(await attend(t, parent, awaits)).toMatchObject({
    status: 'COMPLETED',
    inboxSeq: 1,
    inboxPending: 0,
  })
  const { messages } = await t.store.inbox({ ...executionOf(parent), after: 0, limit: 10 })
  expect(messages).toMatchObject([{ outcome: 'COMPLETED', consumedBy: 'child:spawn' }])
}
