import type { RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { event, executionOf } from '../../store/builders.js'
import { recorded, suspended } from '../../store/scenes.js'
import type { StoreTrial } from '../../store/store-trial.js'
import { continueAsNew } from '../../store/turns.js'
import { attend, Holder } from '../holder.js'
import { drain, inTurn } from '../interleave.js'
import { type Interleaving, interleaving } from '../interleaving.js'

export const suspendAndMessageEncounters: readonly Interleaving[] = [
  interleaving(
    'INTERLEAVING-01',
    'suspend × message: the message is read or wakes the run, in every order',
    async (t) => {
      const run = await recorded(t)
      const awaits = ['event:go']
      return {
        scripts: {
          holder: () => new Holder(t, run, awaits).work(),
          sender: inTurn(() => t.send(run, event('go'))),
        },
        check: () => expectDelivered(t, run, awaits),
      }
    },
  ),

  interleaving(
    'INTERLEAVING-02',
    'suspend × two messages: each is delivered once, in the order of their numbers',
    async (t) => {
      const run = await recorded(t)
      const awaits = ['event:go', 'event:go', 'event:stop']
      return {
        scripts: {
          holder: () => new Holder(t, run, awaits).work(),
          one: inTurn(
            () => t.send(run, event('go')),
            () => t.send(run, event('stop')),
          ),
          two: inTurn(() => t.send(run, event('go'))),
        },
        check: () => expectDelivered(t, run, awaits, ['event:go', 'event:go', 'event:stop']),
      }
    },
  ),

  interleaving(
    'INTERLEAVING-03',
    'suspend × message × timer: whichever comes first wakes the run, and neither is lost',
    async (t) => {
      const run = await recorded(t)
      const awaits = ['event:go']
      const dueAt = t.clock.now() + 60_000
      const holder = new Holder(t, run, awaits)
      return {
        scripts: {
          holder: async function* () {
            await holder.commit({ turn: { kind: 'suspend', dueAt, waitsFor: ['event:go'] } })
            yield
            // A suspension that came too late is decided again; one that was applied is fenced.
            yield* holder.work()
          },
          sender: inTurn(() => t.send(run, event('go'))),
          time: inTurn(async () => t.clock.advance(10_000)),
        },
        check: () => expectDelivered(t, run, awaits),
      }
    },
  ),

  interleaving(
    'INTERLEAVING-04',
    'suspend × message × pause and resume: the message is there when the run goes on',
    async (t) => {
      const run = await recorded(t)
      const awaits = ['event:go']
      return {
        scripts: {
          holder: () => new Holder(t, run, awaits).work(),
          sender: inTurn(() => t.send(run, event('go'))),
          operator: inTurn(
            () => t.ask(run, { kind: 'pause' }),
            () => t.ask(run, { kind: 'resume' }),
          ),
        },
        check: () => expectDelivered(t, run, awaits),
      }
    },
  ),

  interleaving(
    'INTERLEAVING-05',
    'the same message from two senders: the run hears of it once, whoever was first',
    async (t) => {
      const run = await recorded(t)
      const awaits = ['event:go']
      const answers: string[] = []
      const send = async (): Promise<void> => {
        const { kind } = await t.send(run, event('go', { dedupeId: 'the one' }))
        answers.push(kind)
      }
      return {
        scripts: {
          holder: () => new Holder(t, run, awaits).work(),
          one: inTurn(send),
          two: inTurn(send),
        },
        check: async () => {
          expect(answers.sort()).toEqual(['appended', 'duplicate'])
          await expectDelivered(t, run, awaits)
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-06',
    'continue as new × message: the message waits for the run that awaits it',
    async (t) => {
      const run = await recorded(t)
      const awaits = ['event:go']
      const holder = new Holder(t, run)
      return {
        scripts: {
          holder: async function* () {
            const { kind } = await holder.commit({ turn: continueAsNew() })
            if (kind !== 'stale') return
            yield
            await holder.commit({ turn: continueAsNew(), seen: { inboxSeq: 1, controlSeq: 0 } })
          },
          sender: inTurn(() => t.send(run, event('go'))),
        },
        check: async () => {
          expect(await t.row(run)).toMatchObject({ status: 'CONTINUED_AS_NEW' })
          await expectDelivered(t, run, awaits)
          expect(await t.newest(run)).toMatchObject({ runNo: 2 })
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-07',
    'message × claim of a sleeping run by two workers: one of them gets run and message',
    async (t) => {
      const run = await suspended(t, ['event:go'])
      const awaits = ['event:go']
      const claimed: RunRecord[] = []
      const worker = (workerId: string) =>
        async function* () {
          const runs = await t.claim({ workerId, queues: [run.queue] })
          claimed.push(...runs)
          for (const each of runs) {
            yield
            await drain(new Holder(t, each, awaits).work())
          }
        }
      return {
        scripts: {
          one: worker('one'),
          two: worker('two'),
          sender: inTurn(() => t.send(run, event('go'))),
        },
        check: async () => {
          expect(claimed.length).toBeLessThanOrEqual(1)
          await expectDelivered(t, run, awaits)
        },
      }
    },
  ),
]

/** The run has ended, or ends when somebody comes by; and it consumed exactly what it awaited, each once. */
async function expectDelivered(
  t: StoreTrial,
  run: RunRecord,
  awaits: string[],
  awaited: readonly string[] = ['event:go'],
): Promise<void> {
  expect(await attend(t, run, awaits)).toMatchObject({ status: 'COMPLETED', inboxPending: 0 })
  const { messages } = await t.store.inbox({ ...executionOf(run), after: 0, limit: 100 })
  const numbers = messages.map(({ inboxSeq }) => inboxSeq)
  expect(numbers).toEqual(messages.map((_, index) => index + 1))
  expect(messages.map(({ consumedBy }) => consumedBy).sort()).toEqual([...awaited].sort())
}
