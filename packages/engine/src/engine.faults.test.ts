import { randomUUID } from 'node:crypto'
import {
  defineWorkflow,
  isDurableError,
  type OperationRecord,
  type SeededRandom,
  StoreError,
  seededRandom,
} from '@perdure/core'
import { expect, it } from 'vitest'
import { TestClock, untilQuiet } from '../test/test-clock.js'
import { type Verb, type WatchedStore, watchedStore } from '../test/watched-store.js'
import { createEngine, type Engine } from './engine.js'
import type { AnyWorkflow } from './registry.js'
import type { Worker } from './worker.js'

/*
 * Several processes on one store whose calls fail before or after they were carried out, or take longer than a lease
 * lasts, while runs are paused, resumed and sent events, and workers stop and others begin. When the store is well again every run comes to its end, with
 * the very values that its journal holds, and nothing was run that may not be run again.
 */

const rounds = 100
/** They take 7 s of a processor, and a machine that has more to do several times as long. */
const timeoutMs = 90_000
const runCount = 4
const disturbed: readonly Verb[] = ['claim', 'commit', 'renew', 'load', 'messages', 'relay', 'announce']

interface Output {
  readonly a: number
  readonly b: number
  readonly c: number
  readonly winner: string
  readonly group: number
  readonly once: number | string
}

interface World {
  readonly random: SeededRandom
  readonly clock: TestClock
  readonly isCalm: () => boolean
  /** How often the body of the at-most-once step was begun, by execution. */
  readonly begun: Map<string, number>
}

function workflowOf({ random, begun }: World) {
  let value = 0
  const next = (): number => {
    value += 1
    return value
  }
  return defineWorkflow({ name: 'mixed' }, async (ctx): Promise<Output> => {
    const a = await ctx.step('a', next)
    const [b, c] = await Promise.all([
      ctx.step('b', async () => next()),
      ctx.sleep('nap', 50).then(() => ctx.step('c', next)),
    ])
    const winner = await Promise.race([
      ctx.sleep('slow', 400).then(() => 'slow'),
      ctx.waitForEvent('go').then(() => 'go'),
      ctx
        .step('flaky', () => (random.next() < 0.6 ? Promise.reject(new Error('flaky')) : next()), {
          retry: { maxAttempts: 20, initialInterval: 20, maxInterval: 100 },
        })
        .then(() => 'flaky'),
    ])
    const group = await ctx.runInChildContext('group', async (inner) => {
      const x = await inner.step('x', next)
      await inner.sleep('inner nap', 30)
      return x + (await inner.step('y', next))
    })
    const outcome = await ctx.tryStep(
      'once',
      () => {
        begun.set(ctx.executionId, (begun.get(ctx.executionId) ?? 0) + 1)
        return next()
      },
      { semantics: 'atMostOnce' },
    )
    return { a, b, c, winner, group, once: outcome.ok ? outcome.value : 'interrupted' }
  })
}

function disturb(store: WatchedStore, { random, clock, isCalm }: World): void {
  for (const verb of disturbed) {
    store.around(verb, async (call) => {
      const fate = isCalm() ? 1 : random.next()
      if (fate < 0.04) throw new StoreError('not carried out', { retryable: true })
      if (fate < 0.05) throw new StoreError('not carried out, and never will be', { retryable: false })
      if (fate < 0.07) await new Promise<void>((resolve) => clock.schedule(random.next() * 8_000, resolve))
      const answer = await call()
      if (fate > 0.93 && fate < 0.95) throw new StoreError('the answer was lost', { retryable: true })
      if (fate > 0.95 && fate < 0.98) {
        await new Promise<void>((resolve) => clock.schedule(random.next() * 8_000, resolve))
      }
      return answer
    })
  }
}

/** What the journal says, and that it is one history: dense numbers, in order. */
function checkJournal(operations: readonly OperationRecord[], output: Output, begun: number): void {
  const settled = operations.filter(({ settleSeq }) => settleSeq !== null)
  const bySettlement = [...settled].sort((a, b) => (a.settleSeq ?? 0) - (b.settleSeq ?? 0))
  expect(bySettlement.map(({ settleSeq }) => settleSeq)).toEqual(settled.map((_, index) => index + 1))
  const started = operations.map(({ startSeq }) => startSeq).sort((a, b) => a - b)
  expect(started).toEqual(operations.map((_, index) => index + 1))
  const ended = bySettlement.map(({ endedAt }) => endedAt ?? 0)
  expect(ended).toEqual([...ended].sort((a, b) => a - b))

  const rowOf = (name: string): OperationRecord | undefined => operations.find((row) => row.name === name)
  const numberOf = (name: string): number => Number(rowOf(name)?.value?.data)
  expect(output).toMatchObject({
    a: numberOf('a'),
    b: numberOf('b'),
    c: numberOf('c'),
    group: numberOf('group'),
  })
  expect(numberOf('group')).toBe(numberOf('x') + numberOf('y'))
  const racers = bySettlement.filter(({ name, status }) => {
    return ['slow', 'go', 'flaky'].includes(name) && status === 'SUCCEEDED'
  })
  expect(output.winner).toBe(racers[0]?.name)
  const once = rowOf('once')
  expect(output.once).toBe(once?.status === 'SUCCEEDED' ? numberOf('once') : 'interrupted')
  expect(begun).toBeLessThanOrEqual(1)
}

function startWorker(engine: Engine, index: number): Worker {
  const worker = engine.createWorker({ lease: '5s', maxWarm: index === 0 ? 2 : 50, concurrency: 3 })
  const start = (): Promise<void> =>
    worker.start().catch((error: unknown) => (isDurableError(error, 'ENGINE_CLOSED') ? undefined : start()))
  void start()
  return worker
}

async function runWorld(seed: string): Promise<void> {
  const random = seededRandom(seed)
  const clock = new TestClock()
  let isCalm = false
  const world: World = { random, clock, begun: new Map(), isCalm: () => isCalm }
  const first = watchedStore({ clock })
  const stores = [first, watchedStore({ clock, database: first.inner.database })]
  const workflow = workflowOf(world)
  const workers: Worker[] = []
  const engines = stores.map((store, index): Engine => {
    disturb(store, world)
    const workflows = [workflow] as unknown as readonly AnyWorkflow[]
    const engine = createEngine({ store, clock, logger: false, workflows })
    workers[index] = startWorker(engine, index)
    return engine
  })
  const [engine] = engines
  if (engine === undefined) throw new Error('no engine')
  const ids = Array.from({ length: runCount }, (_, index) => `run-${index}`)
  await engine.startMany(
    workflow,
    ids.map((id) => ({ id })),
  )
  const anyId = (): string => ids[Math.floor(random.next() * runCount)] ?? 'run-0'
  for (let step = 0; step < 120; step += 1) {
    clock.advance(random.next() * (random.next() < 0.1 ? 6_000 : 150))
    await untilQuiet(3)
    const act = random.next()
    if (act < 0.04) await engine.sendEvent(anyId(), 'go').catch(() => {})
    else if (act < 0.06) await engine.pause(anyId())
    else if (act < 0.12) await engine.resume(anyId())
    else if (act < 0.15) {
      const index = Math.floor(random.next() * engines.length)
      void workers[index]?.stop({ grace: random.next() * 2_000 })
      workers[index] = startWorker(engines[index] ?? engine, index)
    }
  }
  isCalm = true
  for (const id of ids) await engine.resume(id)
  const isDone = async (): Promise<boolean> =>
    (await engine.list({ status: 'COMPLETED' })).executions.length === runCount
  for (let second = 0; second < 120 && !(await isDone()); second += 1) {
    clock.advance(1_000)
    await untilQuiet(10)
  }

  const { runs, operations } = first.inner.database.rows()
  expect(runs.map(({ executionId, status }) => `${executionId} ${status}`)).toEqual(
    ids.map((id) => `${id} COMPLETED`),
  )
  for (const run of runs) {
    const own = operations.filter(({ executionId }) => executionId === run.executionId)
    const output = JSON.parse(String(run.output?.data)) as Output
    checkJournal(own, output, world.begun.get(run.executionId) ?? 0)
  }
  const closing = Promise.all(engines.map((each) => each.close()))
  for (let second = 0; second < 20; second += 1) {
    await untilQuiet(5)
    clock.advance(1_000)
  }
  await closing
  expect(clock.pendingTimers).toBe(0)
}

it(
  'runs come to their one end over a store that fails, whoever holds them in between',
  async () => {
    const rejected: unknown[] = []
    const listener = (error: unknown): number => rejected.push(error)
    process.on('unhandledRejection', listener)
    const base = process.env['PERDURE_SEED'] ?? randomUUID()
    try {
      for (let round = 0; round < rounds; round += 1) {
        const seed = `${base}/${round}`
        try {
          await runWorld(seed)
          expect(rejected).toEqual([])
        } catch (error) {
          throw new Error(`With seed ${seed}: ${error instanceof Error ? error.message : String(error)}`, {
            cause: error,
          })
        }
      }
    } finally {
      process.off('unhandledRejection', listener)
    }
  },
  timeoutMs,
)
