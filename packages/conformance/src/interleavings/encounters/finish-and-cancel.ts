import type { ControlAction, ControlAnswer, ExecutionStatus } from '@perdure/core'
import { expect } from 'vitest'
import { event } from '../../store/builders.js'
import { recorded, suspended } from '../../store/scenes.js'
import { attend, Holder } from '../holder.js'
import { inTurn } from '../interleave.js'
import { type Interleaving, interleaving } from '../interleaving.js'

const cancel: ControlAction = { kind: 'cancel', reason: null }
const terminate: ControlAction = { kind: 'terminate', reason: null }

export const finishAndCancelEncounters: readonly Interleaving[] = [
  interleaving(
    'INTERLEAVING-08',
    'finish × cancel: a cancel that was accepted wins, and one that was not changes nothing',
    async (t) => {
      const run = await recorded(t)
      const asked: ControlAnswer[] = []
      return {
        scripts: {
          holder: () => new Holder(t, run).work(),
          canceller: inTurn(async () => asked.push(await t.ask(run, cancel))),
        },
        check: async () => {
          expect((await attend(t, run)).status).toBe(endAfter(asked, 'CANCELLED'))
        },
      }
    },
  ),

  interleaving('INTERLEAVING-09', 'finish × two cancels: one is accepted at most', async (t) => {
    const run = await recorded(t)
    const asked: ControlAnswer[] = []
    const askAgain = inTurn(async () => asked.push(await t.ask(run, cancel)))
    return {
      scripts: { holder: () => new Holder(t, run).work(), one: askAgain, two: askAgain },
      check: async () => {
        expect(asked.filter(({ kind }) => kind === 'accepted').length).toBeLessThanOrEqual(1)
        expect((await attend(t, run)).status).toBe(endAfter(asked, 'CANCELLED'))
      },
    }
  }),

  interleaving(
    'INTERLEAVING-10',
    'finish × terminate × cancel: the run ends once, and as the last request that was accepted says',
    async (t) => {
      const run = await recorded(t)
      const cancelled: ControlAnswer[] = []
      const terminated: ControlAnswer[] = []
      return {
        scripts: {
          holder: () => new Holder(t, run).work(),
          canceller: inTurn(async () => cancelled.push(await t.ask(run, cancel))),
          terminator: inTurn(async () => terminated.push(await t.ask(run, terminate))),
        },
        check: async () => {
          const otherwise = endAfter(cancelled, 'CANCELLED')
          expect((await attend(t, run)).status).toBe(endAfter(terminated, 'TERMINATED', otherwise))
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-11',
    'suspend × cancel: a run that is cancelled is never left waiting',
    async (t) => {
      const run = await recorded(t)
      const asked: ControlAnswer[] = []
      return {
        scripts: {
          holder: () => new Holder(t, run, ['event:never']).work(),
          canceller: inTurn(async () => asked.push(await t.ask(run, cancel))),
        },
        check: async () => {
          expect(asked).toMatchObject([{ kind: 'accepted' }])
          expect(await attend(t, run, ['event:never'])).toMatchObject({ status: 'CANCELLED' })
        },
      }
    },
  ),

  interleaving(
    'INTERLEAVING-12',
    'cancel × message × claim of a sleeping run: it ends, cancelled exactly if the cancel was accepted',
    async (t) => {
      const run = await suspended(t, ['event:go'])
      const asked: ControlAnswer[] = []
      return {
        scripts: {
          worker: async function* () {
            const [claimed] = await t.claim({ queues: [run.queue] })
            if (claimed === undefined) return
            yield
            yield* new Holder(t, claimed, ['event:go']).work()
          },
          sender: inTurn(() => t.send(run, event('go'))),
          canceller: inTurn(async () => asked.push(await t.ask(run, cancel))),
        },
        check: async () => {
          const { status } = await attend(t, run, ['event:go'])
          expect(status).toBe(endAfter(asked, 'CANCELLED'))
        },
      }
    },
  ),
]

function endAfter(
  asked: readonly ControlAnswer[],
  status: ExecutionStatus,
  otherwise: ExecutionStatus = 'COMPLETED',
): ExecutionStatus {
  return asked.some(({ kind }) => kind === 'accepted') ? status : otherwise
}
