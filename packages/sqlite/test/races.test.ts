import { VirtualClock } from '@perdure/conformance'
import { defineWorkflow, type RunRecord, type Store, StoreError } from '@perdure/core'
import { describe, expect, onTestFinished, test } from 'vitest'
import { probeFile } from './probe-file.js'
import { engineOnFile } from './support/engine-on-file.js'
import { awaited, elapse } from './support/virtual-time.js'
import { temporaryFile } from './temporary-file.js'

const lost = new StoreError('the answer was lost', { retryable: true })

describe('an event from another connection', () => {
  test('during a 5-second step leaves the lease of 2 seconds with its holder', async () => {
    const { path, clock } = file()
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
    const { path, clock } = file()
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
    const { path, clock } = file()
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

describe('an answer that is lost', () => {
  test('after a commit: the commit is recognised, and no body runs twice', async () => {
    const { path, clock } = file()
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
    const { path, clock } = file()
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

describe('a live function', () => {
  const bodies: string[] = []
  const twice = defineWorkflow({ name: 'twice' }, async (ctx) => {
    const first = await ctx.waitForEvent<string>('first')
    const length = await ctx.step('length', () => bodies.push(first ?? ''))
    const second = await ctx.waitForEvent<string>('second')
    return [first, length, second]
  })

  test('replays if another worker went on with the run in between', async () => {
    const { path, clock } = file()
    bodies.length = 0
    const gates = { a: true, b: false }
    const a = await gatedEngine(path, clock, () => gates.a)
    const b = await gatedEngine(path, clock, () => gates.b)
    const run = await a.engine.start(twice, { id: 'twice' })
    await elapse(clock, 200)
    expect(onlyRun(path)).toMatchObject({ status: 'SUSPENDED', fence: { epoch: 1 } })
    Object.assign(gates, { a: false, b: true })
    await b.engine.sendEvent('twice', 'first', 'one')
    await elapse(clock, 200)
    expect(onlyRun(path)).toMatchObject({ status: 'SUSPENDED', fence: { epoch: 2 } })
    Object.assign(gates, { a: true, b: false })
    await b.engine.sendEvent('twice', 'second', 'two')
    expect(await awaited(clock, run.result())).toEqual(['one', 1, 'two'])
    expect({ a: a.loads(), b: b.loads() }).toEqual({ a: 1, b: 1 })
    expect(bodies).toEqual(['one'])
    expect(onlyRun(path)).toMatchObject({ status: 'COMPLETED', fence: { epoch: 3 } })
    expectOrder(path)
  })

  test('goes on if another worker held the run in between and has written nothing', async () => {
    const { path, clock } = file()
    bodies.length = 0
    const gates = { a: true }
    const a = await gatedEngine(path, clock, () => gates.a)
    const run = await a.engine.start(twice, { id: 'twice' })
    await elapse(clock, 200)
    gates.a = false
    const died = await engineOnFile({ path, clock, workflows: [] })
    await run.sendEvent('first', 'one')
    const { workflow, version } = onlyRun(path)
    const { claimed } = await died.store.claim({
      requestId: 'died',
      workerId: 'died',
      namespace: 'main',
      queues: ['default'],
      pairs: [{ workflow, version, build: 'b' }],
      limit: 1,
      leaseMs: 10_000,
    })
    expect(claimed).toHaveLength(1)
    gates.a = true
    await run.sendEvent('second', 'two')
    expect(await awaited(clock, run.result())).toEqual(['one', 1, 'two'])
    expect(a.loads()).toBe(0)
    expect(bodies).toEqual(['one'])
    expectOrder(path)
  })

  /** An engine whose worker finds nothing to claim while the gate is shut; counts how often a journal is read. */
  async function gatedEngine(path: string, clock: VirtualClock, isOpen: () => boolean) {
    let loads = 0
    const made = await engineOnFile({
      path,
      clock,
      workflows: [twice],
      around: (store) => ({
        ...store,
        claim: (request) =>
          isOpen()
            ? store.claim(request)
            : Promise.resolve({ now: clock.now(), claimed: [], nextAt: clock.now() + 50 }),
        load: (request) => {
          loads += 1
          return store.load(request)
        },
      }),
    })
    return { ...made, loads: () => loads }
  }
})

test('two workers on one file share the work, and each body runs once', async () => {
  const { path, clock } = file()
  const bodies: string[] = []
  const workflowOf = (worker: string) =>
    defineWorkflow({ name: 'shared' }, async (ctx) => {
      for (let step = 1; step <= 3; step += 1) {
        await ctx.step(`step ${step}`, async () => {
          bodies.push(`${worker} ${ctx.executionId} ${step}`)
          await new Promise<void>((resolve) => clock.schedule(50, resolve))
        })
        await ctx.sleep(`nap ${step}`, 100)
      }
    })
  const engines = []
  for (const name of ['a', 'b']) {
    const worker = { concurrency: 5 }
    engines.push(await engineOnFile({ path, clock, workflows: [workflowOf(name)], worker }))
  }
  const starter = await engineOnFile({ path, clock, workflows: [] })
  const ids = Array.from({ length: 60 }, (_, index) => ({ id: `run-${index}` }))
  const runs = await starter.engine.startMany('shared', ids)
  await awaited(clock, Promise.all(runs.map((run) => run.result())))
  const effects = bodies.map((body) => body.slice(2)).sort()
  expect(effects).toEqual(ids.flatMap(({ id }) => [1, 2, 3].map((step) => `${id} ${step}`)).sort())
  const byA = bodies.filter((body) => body.startsWith('a ')).length
  console.log(`two workers: ${byA} and ${bodies.length - byA} of ${bodies.length} bodies`)
  expect(Math.min(byA, bodies.length - byA)).toBeGreaterThan(bodies.length / 10)
})

function file(): { readonly path: string; readonly clock: VirtualClock } {
  const { path, remove } = temporaryFile()
  onTestFinished(remove)
  return { path, clock: new VirtualClock() }
}

/** Writes down the kind of each turn and how it was answered. */
function recorded(): { readonly answers: string[]; readonly store: (plain: Store) => Store } {
  const answers: string[] = []
  const store = (plain: Store): Store => ({
    ...plain,
    commit: async (request) => {
      const reply = await plain.commit(request)
      for (const [index, { turn }] of request.entries.entries()) {
        answers.push(`${turn.kind} ${reply.answers[index]?.kind}`)
      }
      return reply
    },
  })
  return { answers, store }
}

function once(act: () => unknown): () => Promise<void> {
  let isDone = false
  return async () => {
    if (isDone) return
    isDone = true
    await act()
  }
}

function onlyRun(path: string): RunRecord {
  const { runs } = probeFile(path)
  expect(runs).toHaveLength(1)
  return runs[0]!
}

function pick({ fence, leaseOwner }: RunRecord): Pick<RunRecord, 'fence' | 'leaseOwner'> {
  return { fence, leaseOwner }
}

/** The journal has one linear order: numbers without a gap, and all that was begun has ended. */
function expectOrder(path: string): void {
  const { operations } = probeFile(path)
  const settleSeqs = operations.map(({ settleSeq }) => settleSeq).sort((a, b) => (a ?? 0) - (b ?? 0))
  expect(settleSeqs).toEqual(operations.map((_, index) => index + 1))
  expect(onlyRun(path).counters.settleSeq).toBe(operations.length)
}
