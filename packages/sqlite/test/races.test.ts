import { defineWorkflow, type RunRecord, StoreError } from '@perdure/core'
import { describe, expect, test } from 'vitest'
import { engineOnFile } from './support/engine-on-file.js'
import { fileInVirtualTime } from './support/file-in-virtual-time.js'
import { expectOrder, onlyRun } from './support/one-run.js'
import { once, recorded } from './support/told-store.js'
import { awaited, elapse } from './support/virtual-time.js'

describe('an event from another connection', () => {
  test('during a 5-second step leaves the lease of 2 seconds with its holder', async () => {
    const { path, clock } = fileInVirtualTime()
    const bodies: string[] = []
    const slow = defineWorkflow({ name: 'slow' }, async (ctx) => {
      await ctx.step('slow', async () => {
        bodies.push('slow')
        await new Promise<void>((resolve) => clock.schedule(5_000, resolve))
      })
      return ctx.waitForEvent<string>('go')
    })
    const holder = await engineOnFile({ path, clock, workflows: [slow], worker: { lease: '2s' } })
    const run = await holder.engine.start(slow, { id: 'slow' })
    await elapse(clock, 1_000)
    const other = await engineOnFile({ path, clock, workflows: [slow], worker: { lease: '2s' } })
    const before = onlyRun(path)
    await other.engine.sendEvent('slow', 'go', 'sent')
    for (let second = 1; second < 4; second += 1) {
      await elapse(clock, 1_000)
      const { fence, leaseOwner, leaseUntil, inboxSeq } = onlyRun(path)
      expect({ fence, leaseOwner, inboxSeq }).toEqual({ ...pick(before), inboxSeq: 1 })
      expect(leaseUntil).toBeGreaterThan(clock.now())
    }
    expect(await awaited(clock, run.result())).toBe('sent')
    expect(onlyRun(path)).toMatchObject({ ...pick(before), leaseOwner: null, recoveries: 0 })
    expect(bodies).toEqual(['slow'])
  })

  const waits = defineWorkflow({ name: 'waits' }, (ctx) => ctx.waitForEvent<string>('go'))

  test('just before a run suspends makes the suspension stale: the run goes on without being let go', async () => {
    const { path, clock } = fileInVirtualTime()
    const { store, answers } = recorded()
    const other = await engineOnFile({ path, clock, workflows: [] })
    const beforeSuspension = once(() => other.engine.sendEvent('waits', 'go', 'sent'))
    const holder = await engineOnFile({
      path,
      clock,
      workflows: [waits],
      around: (plain) => ({
        ...store(plain),
        commit: async (request) => {
          if (request.entries.some(({ turn }) => turn.kind === 'suspend')) await beforeSuspension()
          return store(plain).commit(request)
        },
      }),
    })
    const run = await holder.engine.start(waits, { id: 'waits' })
    expect(await awaited(clock, run.result())).toBe('sent')
    expect(answers).toEqual(['suspend stale', 'finish applied'])
    expect(onlyRun(path).fence.epoch).toBe(1)
    expectOrder(path)
  })

  test('just after a run has suspended makes it due: it is claimed once more', async () => {
    const { path, clock } = fileInVirtualTime()
    const { store, answers } = recorded()
    const other = await engineOnFile({ path, clock, workflows: [] })
    const afterSuspension = once(() => other.engine.sendEvent('waits', 'go', 'sent'))
    const holder = await engineOnFile({
      path,
      clock,
      workflows: [waits],
      around: (plain) => ({
        ...store(plain),
        commit: async (request) => {
          const reply = await store(plain).commit(request)
          if (request.entries.some(({ turn }) => turn.kind === 'suspend')) await afterSuspension()
          return reply
        },
      }),
    })
    const run = await holder.engine.start(waits, { id: 'waits' })
    expect(await awaited(clock, run.result())).toBe('sent')
    expect(answers).toEqual(['suspend applied', 'finish applied'])
    expect(onlyRun(path).fence.epoch).toBe(2)
    expectOrder(path)
  })
})

const lost = new StoreError('the answer was lost', { retryable: true })

describe('an answer that is lost', () => {
  test('after a commit: the commit is recognised, and no body runs twice', async () => {
    const { path, clock } = fileInVirtualTime()
    const { store, answers } = recorded()
    const bodies: number[] = []
    const steps = defineWorkflow({ name: 'steps' }, async (ctx) => {
      for (let step = 1; step <= 3; step += 1) await ctx.step(`step ${step}`, () => bodies.push(step))
    })
    let commits = 0
    const { engine } = await engineOnFile({
      path,
      clock,
      workflows: [steps],
      around: (plain) => ({
        ...store(plain),
        commit: async (request) => {
          commits += 1
          const reply = await store(plain).commit(request)
          // Every other answer, that of the end included.
          if (commits % 2 === 0) return reply
          throw lost
        },
      }),
    })
    const run = await engine.start(steps)
    await awaited(clock, run.result())
    const twice = ['applied', 'duplicate']
    const turns = ['continue', 'continue', 'continue', 'finish']
    expect(answers).toEqual(turns.flatMap((turn) => twice.map((answer) => `${turn} ${answer}`)))
    expect(bodies).toEqual([1, 2, 3])
    expect(onlyRun(path)).toMatchObject({ status: 'COMPLETED', fence: { epoch: 1 } })
    expectOrder(path)
  })

  test('after a claim: the claim is repeated, and what it leased does not wait for its lease to run out', async () => {
    const { path, clock } = fileInVirtualTime()
    const waits = defineWorkflow({ name: 'quick' }, async () => 'done')
    const loseOne = once(() => {
      throw lost
    })
    const { engine } = await engineOnFile({
      path,
      clock,
      workflows: [waits],
      around: (store) => ({
        ...store,
        claim: async (request) => {
          const answer = await store.claim(request)
          if (answer.claimed.length > 0) await loseOne()
          return answer
        },
      }),
    })
    const startedAt = clock.now()
    const run = await engine.start(waits)
    expect(await awaited(clock, run.result())).toBe('done')
    expect(clock.now() - startedAt).toBeLessThan(5_000)
    expect(onlyRun(path)).toMatchObject({ fence: { epoch: 1 }, recoveries: 0 })
  })
})

function pick({ fence, leaseOwner }: RunRecord): Pick<RunRecord, 'fence' | 'leaseOwner'> {
  return { fence, leaseOwner }
}
