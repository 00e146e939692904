import type { CommitAnswer, ControlAnswer, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { claimRequest, entryFor, event, unique } from '../../store/builders.js'
import { recorded, suspended } from '../../store/scenes.js'
import { block } from '../../store/turns.js'
import { attend, Holder } from '../holder.js'
import { inTurn } from '../interleave.js'
import { type Interleaving, interleaving } from '../interleaving.js'

export const setAsideEncounters: readonly Interleaving[] = [
  interleaving(
    'INTERLEAVING-31',
    'claims × a row that cannot be read × turns of others × a message to it: the others go on, and it once it is mended',
    async (t) => {
      if (!t.canDamage) return { scripts: {}, check: async () => {} }
      const [one, two] = [await recorded(t), await recorded(t)]
      const queue = unique('queue')
      const [bad, healthy] = [await t.start({ queue }), await t.start({ queue })]
      const mend = await t.damage(bad, 'state')
      const claimed: RunRecord[] = []
      const answers: CommitAnswer[] = []
      return {
        scripts: {
          worker: inTurn(async () => claimed.push(...(await t.claim({ queues: [queue] })))),
          holder: inTurn(async () => {
            const claim = claimRequest({ queues: [queue] })
            const reply = await t.store.commit({ entries: [entryFor(one)], claim })
            answers.push(...reply.answers)
            claimed.push(...(reply.claim?.claimed ?? []).map(({ run }) => run))
          }),
          other: () => new Holder(t, two).work(),
          sender: inTurn(() => t.send(bad, event('go'))),
        },
        check: async () => {
          expect(claimed.map(({ executionId }) => executionId)).toEqual([healthy.executionId])
          expect(answers).toMatchObject([{ kind: 'applied' }])
          expect(await t.row(two)).toMatchObject({ status: 'COMPLETED' })
          expect(await t.row(bad)).toMatchObject({ status: 'BLOCKED', blocked: { reason: 'CORRUPTED' } })
          await mend()
          expect(await t.ask(bad, { kind: 'unblock' })).toMatchObject({ kind: 'accepted' })
          expect(await t.reclaim(bad)).toMatchObject({ status: 'RUNNING', inboxPending: 1 })
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-32',
    'block × unblock × a worker that was there × one that started later: one of them has the run',
    async (t) => {
      const run = await recorded(t)
      const claimed: RunRecord[] = []
      const blockedAt = t.clock.now()
      const worker = (startedAt: number) =>
        async function* () {
          const [held] = await t.claim({ queues: [run.queue], startedAt })
          if (held === undefined) return
          claimed.push(held)
          yield
          yield* new Holder(t, held).work()
        }
      return {
        scripts: {
          holder: inTurn(() => t.commit(run, { turn: block() })),
          operator: inTurn(() => t.ask(run, { kind: 'unblock' })),
          early: worker(blockedAt),
          late: worker(blockedAt + 1),
        },
        check: async () => {
          expect(claimed.length).toBeLessThanOrEqual(1)
          if (claimed.length === 0) await attend(t, run, [], { startedAt: blockedAt + 1 })
          expect(await t.row(run)).toMatchObject({
            status: 'COMPLETED',
            blockedAt: null,
            fence: { epoch: 2 },
          })
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-33',
    'cancel × record of a passed deadline × claim: one of the two endings is decided, and the run ends so',
    async (t) => {
      const run = await suspended(t, ['event:never'], null, { timeoutMs: 1_000 })
      t.clock.advance(1_000)
      const deadlineAt = run.control.deadlineAt ?? 0
      const asked: { cancel?: ControlAnswer; deadline?: ControlAnswer } = {}
      return {
        scripts: {
          canceller: inTurn(async () => {
            asked.cancel = await t.ask(run, { kind: 'cancel', reason: null })
          }),
          upkeep: inTurn(async () => {
            asked.deadline = await t.ask(run, { kind: 'recordDeadline', deadlineAt })
          }),
          worker: async function* () {
            const [held] = await t.claim({ queues: [run.queue] })
            if (held === undefined) return
            yield
            yield* new Holder(t, held, ['event:never']).work()
          },
        },
        check: async () => {
          const isCancelled = asked.cancel?.kind === 'accepted'
          if (isCancelled) expect(asked.deadline?.kind).toBe('refused')
          const { status } = await attend(t, run, ['event:never'])
          expect(status).toBe(isCancelled ? 'CANCELLED' : 'TIMED_OUT')
        },
      }
    },
  ),
]
