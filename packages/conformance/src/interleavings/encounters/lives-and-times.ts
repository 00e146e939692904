import type { AppendAnswer, ControlAction } from '@perdure/core'
import { isTerminal } from '@perdure/core'
import { expect } from 'vitest'
import { claimRequest, event, executionOf, newRun } from '../../store/builders.js'
import { recorded, suspended } from '../../store/scenes.js'
import { Holder } from '../holder.js'
import { inTurn } from '../interleave.js'
import { type Interleaving, interleaving } from '../interleaving.js'

export const livesAndTimesEncounters: readonly Interleaving[] = [
  interleaving(
    'INTERLEAVING-28',
    'late event, cancel and terminate of a life × its end × a new start: the new life hears of none of them',
    async (t) => {
      const old = await recorded(t)
      const { executionId, queue, lifeNo } = old
      const target = { lifeNo }
      return {
        scripts: {
          holder: () => new Holder(t, old).work(),
          late: inTurn(
            () => t.send(old, event('late'), target),
            () => t.store.control(ends.map((action) => ({ ...executionOf(old), action, target }))),
          ),
          starter: inTurn(() =>
            t.create(newRun({ executionId, queue, idReusePolicy: 'newRunAfterTerminal' })),
          ),
        },
        check: async () => {
          expect(isTerminal((await t.row(old)).status)).toBe(true)
          const newest = await t.newest(old)
          if (newest.lifeNo === lifeNo) return
          const untouched = {
            status: 'PENDING',
            decided: null,
            inboxPending: 0,
            control: { seq: 0, cancel: null },
          }
          expect(newest).toMatchObject({ ...untouched, inboxSeq: newest.inboxBase })
          expect(await t.pending(newest)).toEqual([])
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-29',
    'a message that is sent again × the end of a life × a new start: it is received once in each life at most',
    async (t) => {
      const old = await recorded(t)
      const { executionId, queue } = old
      const answers: AppendAnswer[] = []
      const send = async () => answers.push(await t.send(old, event('go', { dedupeId: 'the one' })))
      return {
        scripts: {
          holder: () => new Holder(t, old).work(),
          sender: inTurn(send, send),
          starter: inTurn(() =>
            t.create(newRun({ executionId, queue, idReusePolicy: 'newRunAfterTerminal' })),
          ),
        },
        check: async () => {
          const { lifeNo, status } = await t.newest(old)
          const { messages } = await t.store.inbox({ ...executionOf(old), after: 0, limit: 100 })
          const lives = messages.map((message) => message.lifeNo)
          expect(lives).toEqual([...new Set(lives)])
          expect(answers.filter(({ kind }) => kind === 'appended')).toHaveLength(messages.length)
          if (isTerminal(status)) return
          await send()
          expect(answers.at(-1)?.kind).toBe(lives.includes(lifeNo) ? 'duplicate' : 'appended')
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-30',
    'messages × claim and commit × a clock that is set back: a timer that was announced is never overtaken',
    async (t) => {
      const run = await suspended(t, ['event:never'], t.clock.now())
      const told: number[] = []
      const toldBefore = new Map<number, number>()
      const send = async (): Promise<void> => {
        const latest = Math.max(0, ...told)
        const answer = await t.send(run, event('go'))
        if (answer.kind === 'appended') toldBefore.set(answer.inboxSeq, latest)
      }
      return {
        scripts: {
          worker: async function* () {
            const { now, claimed } = await t.store.claim(claimRequest({ queues: [run.queue] }))
            const held = claimed[0]?.run
            if (held === undefined) return
            told.push(now)
            yield
            const answer = await t.commit(held)
            if (answer.kind === 'applied') told.push(answer.now)
          },
          sender: inTurn(send, send),
          operator: inTurn(async () => t.clock.jumpWall(-jumpMs)),
        },
        check: async () => {
          t.clock.jumpWall(jumpMs)
          const messages = await t.pending(run)
          expect(messages).toHaveLength(2)
          for (const { inboxSeq, receivedAt } of messages)
            expect(receivedAt).toBeGreaterThan(toldBefore.get(inboxSeq) ?? 0)
          const times = messages.map(({ receivedAt }) => receivedAt)
          expect(times).toEqual(times.toSorted((a, b) => a - b))
        },
      }
    },
  ),
]

const ends: readonly ControlAction[] = [
  { kind: 'cancel', reason: null },
  { kind: 'terminate', reason: null },
]
const jumpMs = 5_000
