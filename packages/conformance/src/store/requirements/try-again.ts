import type { BlockedReasonCode, ClaimRequest, RunRecord } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { pair, unique } from '../builders.js'
import type { StoreRequirement, StoreTrial } from '../store-trial.js'
import { block } from '../turns.js'

export const tryAgainRequirements: readonly StoreRequirement[] = [
  requirement(
    'AGAIN-01',
    'a run that other code or another key may cure is claimed by a worker that started later, of any build',
    async (t) => {
      for (const reason of ['NON_DETERMINISTIC', 'UNREADABLE', 'MISUSE'] as const) {
        const run = await blocked(t, reason)
        expect(run.blockedAt).toBe(t.clock.now())
        expect(await t.claim(asWorker(run, t.clock.now())), 'by a worker that was there').toEqual([])
        t.clock.advance(1)
        const [claimed] = await t.claim(asWorker(run, t.clock.now()))
        expect(claimed).toMatchObject({ status: 'RUNNING', blocked: null, blockedAt: null, recoveries: 0 })
      }
    },
  ),

  requirement('AGAIN-02', 'a worker tries it once: a try that fails blocks it again', async (t) => {
    const run = await blocked(t)
    t.clock.advance(1_000)
    const startedAt = t.clock.now()
    t.clock.advance(1_000)
    const [claimed] = await t.claim(asWorker(run, startedAt))
    if (claimed === undefined) throw new Error('it was not claimed')
    const again = await t.apply(claimed, { turn: block() })
    expect(again.blockedAt).toBe(t.clock.now())
    expect(await t.claim(asWorker(run, startedAt))).toEqual([])
    expect(await t.claim(asWorker(run, t.clock.now() + 1))).toHaveLength(1)
  }),

  requirement('AGAIN-03', 'a run that is blocked for another reason is left to people', async (t) => {
    const others = [
      'MISSING_HANDLER',
      'MISSING_VERSION',
      'COMPENSATION_HANDLER',
      'POISONED',
      'CORRUPTED',
    ] as const
    for (const reason of others) {
      const run = await blocked(t, reason)
      expect(await t.claim(asWorker(run, t.clock.now() + 1)), reason).toEqual([])
    }
  }),

  requirement('AGAIN-04', 'only by a worker of its queue, workflow, version and namespace', async (t) => {
    const run = await blocked(t)
    const worker = asWorker(run, t.clock.now() + 1)
    const others = [
      { queues: ['another'] },
      { pairs: [pair({ workflow: 'refund' })] },
      { pairs: [pair({ version: '2' })] },
      { namespace: 'north' },
    ]
    for (const other of others) expect(await t.claim({ ...worker, ...other })).toEqual([])
    expect(await t.claim(worker)).toHaveLength(1)
  }),

  requirement('AGAIN-05', 'what is due goes first, and the limit is for both', async (t) => {
    const run = await blocked(t)
    await t.start({ queue: run.queue })
    const worker = asWorker(run, t.clock.now() + 1)
    expect(await t.claim({ ...worker, limit: 1 })).toMatchObject([{ recoveries: 0, applied: null }])
    expect(await t.claim({ ...worker, limit: 1 })).toMatchObject([{ executionId: run.executionId }])
  }),

  requirement('AGAIN-06', 'a paused run is not tried until it is resumed', async (t) => {
    const held = await t.hold()
    await t.ask(held, { kind: 'pause' })
    const run = await t.apply(held, { turn: block() })
    expect(await t.claim(asWorker(run, t.clock.now() + 1))).toEqual([])
  }),

  requirement('AGAIN-07', 'one that is due by its deadline is claimed once', async (t) => {
    const held = await t.hold({ timeoutMs: 1_000 })
    const run = await t.apply(held, { turn: block() })
    t.clock.advance(2_000)
    expect(await t.claim(asWorker(run, t.clock.now()))).toHaveLength(1)
  }),
]

async function blocked(t: StoreTrial, reason: BlockedReasonCode = 'NON_DETERMINISTIC'): Promise<RunRecord> {
  return t.apply(await t.hold({ queue: unique('queue') }), { turn: block({ reason, build: 'build-1' }) })
}

function asWorker({ queue }: RunRecord, startedAt: number): Partial<ClaimRequest> {
  return { queues: [queue], pairs: [pair({ build: 'any build' })], startedAt }
}
