import type { VirtualClock } from '@perdure/conformance'
import { defineWorkflow } from '@perdure/core'
import { describe, expect, test } from 'vitest'
import { engineOnFile } from './support/engine-on-file.js'
import { fileInVirtualTime } from './support/file-in-virtual-time.js'
import { expectOrder, onlyRun } from './support/one-run.js'
import { awaited, elapse } from './support/virtual-time.js'

describe('a live function', () => {
  const bodies: string[] = []
  const twice = defineWorkflow({ name: 'twice' }, async (ctx) => {
    const first = await ctx.waitForEvent<string>('first')
    const length = await ctx.step('length', () => bodies.push(first ?? ''))
    const second = await ctx.waitForEvent<string>('second')
    return [first, length, second]
  })

  test('replays if another worker went on with the run in between', async () => {
    const { path, clock } = fileInVirtualTime()
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
    const { path, clock } = fileInVirtualTime()
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
      suspects: 1,
      alone: true,
      startedAt: 0,
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
            : Promise.resolve({
                now: clock.now(),
                claimed: [],
                nextAt: clock.now() + 50,
                isToRelay: false,
                passedDeadlines: [],
              }),
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
  const { path, clock } = fileInVirtualTime()
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
