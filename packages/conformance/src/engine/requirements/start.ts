import { expect } from 'vitest'
import { Counts } from '../../context/scenes.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, workflow } from '../engine-trial.js'

const naps = workflow(async (ctx, input: number) => {
  await ctx.sleep('nap', '1m')
  return input
})

export const startRequirements: readonly EngineRequirement[] = [
  requirement(
    'STARTING-01',
    'by default the execution there is is returned, running or finished, and its handle says so',
    async (t) => {
      const { engine } = await t.process({ workflows: [naps] })
      const first = await engine.start(naps, { id: 'one', input: 1 })
      const again = await engine.start(naps, { id: 'one', input: 1 })
      expect([first.created, again.created, again.executionId, again.runNo]).toEqual([true, false, 'one', 1])
      await t.advance('1m')
      expect(await Promise.all([first.result(), again.result()])).toEqual([1, 1])
      const finished = await engine.start(naps, { id: 'one', input: 1 })
      expect([finished.created, finished.runNo, await finished.result()]).toEqual([false, 1, 1])
    },
  ),

  requirement(
    'STARTING-02',
    '`useRunning` refuses one that has ended, `reject` one that runs as well',
    async (t) => {
      const { engine } = await t.process({ workflows: [naps] })
      await engine.start(naps, { id: 'one', input: 1 })
      await expect(
        engine.start(naps, { id: 'one', input: 1, idReusePolicy: 'reject' }),
      ).rejects.toMatchObject({
        code: 'EXECUTION_ALREADY_EXISTS',
      })
      await t.advance('1m')
      await expect(
        engine.start(naps, { id: 'one', input: 1, idReusePolicy: 'useRunning' }),
      ).rejects.toMatchObject({
        code: 'EXECUTION_ALREADY_EXISTS',
        details: { executionId: 'one', status: 'COMPLETED' },
      })
    },
  ),

  requirement(
    'STARTING-03',
    '`newRunAfterTerminal` begins another run, and the one before stays to be seen',
    async (t) => {
      const { engine } = await t.process({ workflows: [naps] })
      const options = { id: 'one', idReusePolicy: 'newRunAfterTerminal' } as const
      await engine.start(naps, { ...options, input: 1 })
      const running = await engine.start(naps, { ...options, input: 1 })
      expect(running.runNo).toBe(1)
      await t.advance('1m')
      const second = await engine.start(naps, { ...options, input: 2 })
      expect(second.runNo).toBe(2)
      await t.advance('1m')
      expect(await (await engine.get('one')).result()).toBe(2)
      expect(await (await engine.get('one', { runNo: 1 })).result()).toBe(1)
      expect((await engine.history('one', { runNo: 1 }))[0]).toMatchObject({
        kind: 'ExecutionStarted',
        runNo: 1,
      })
    },
  ),

  requirement(
    'STARTING-04',
    'another input or workflow under the id of an execution is a mismatch',
    async (t) => {
      const other = workflow(async (_ctx, input: number) => input, { name: 'other' })
      const { engine } = await t.process({ workflows: [naps, other] })
      await engine.start(naps, { id: 'one', input: 1 })
      await expect(engine.start(naps, { id: 'one', input: 2 })).rejects.toMatchObject({
        code: 'INPUT_MISMATCH',
        details: { executionId: 'one', field: 'input' },
      })
      await expect(engine.start(other, { id: 'one', input: 1 })).rejects.toMatchObject({
        code: 'INPUT_MISMATCH',
        details: { field: 'workflow' },
      })
    },
  ),

  requirement('STARTING-05', 'a hundred starts of one id are one execution', async (t) => {
    const runs = new Counts()
    const once = workflow((ctx) => ctx.step('a', () => runs.add('a')))
    const { engine } = await t.process({ workflows: [once] })
    const handles = await Promise.all(
      Array.from({ length: 100 }, () => engine.start(once, { id: 'one', idReusePolicy: 'returnExisting' })),
    )
    await t.settle()
    expect(await Promise.all(handles.map((handle) => handle.result()))).toEqual(handles.map(() => 1))
    expect(runs.of('a')).toBe(1)
  }),

  requirement(
    'STARTING-06',
    'startMany writes many in few writes, and refuses the whole call for a bad option',
    async (t) => {
      const { engine, count } = await t.process({ workflows: [naps] })
      const options = Array.from({ length: 200 }, (_, index) => ({ id: `${index}`, input: index }))
      expect(await engine.startMany(naps, options)).toHaveLength(200)
      expect(count('create')).toBe(1)
      const bad = [
        { id: 'good', input: 1 },
        { id: 'not good ', input: 1 },
      ]
      await expect(engine.startMany(naps, bad)).rejects.toMatchObject({ details: { field: 'options[1].id' } })
      await expect(engine.get('good')).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' })
    },
  ),

  requirement('STARTING-07', 'a client without the code starts by name', async (t) => {
    const client = await t.process({ worker: false })
    await t.process({ workflows: [naps] })
    const run = await client.engine.start<number>('trial', { id: 'one', input: 7 })
    await t.advance('2m')
    expect(await run.result()).toBe(7)
  }),

  requirement('STARTING-08', 'an execution without an id gets one that is free', async (t) => {
    const { engine } = await t.process({ workflows: [naps] })
    const [a, b] = [await engine.start(naps, { input: 1 }), await engine.start(naps, { input: 1 })]
    expect(a.executionId).not.toBe(b.executionId)
  }),

  requirement(
    'STARTING-09',
    'the timeout and the signal of result() end the wait and not the execution',
    async (t) => {
      const { engine } = await t.process({ workflows: [naps] })
      const run = await engine.start(naps, { id: 'one', input: 1 })
      const controller = new AbortController()
      const waits = [run.result({ timeout: '10s' }), run.result({ signal: controller.signal })]
      const outcomes = Promise.allSettled(waits)
      await t.advance('10s')
      controller.abort(new Error('no longer interested'))
      expect(await outcomes).toMatchObject([
        { reason: { code: 'RESULT_TIMEOUT', details: { executionId: 'one', timeoutMs: 10_000 } } },
        { reason: { message: 'no longer interested' } },
      ])
      await t.advance('1m')
      expect(await run.result()).toBe(1)
    },
  ),

  requirement('STARTING-10', 'executions are listed newest first, by status, page by page', async (t) => {
    const { engine } = await t.process({ workflows: [naps] })
    for (const id of ['a', 'b', 'c', 'd', 'e']) {
      await engine.start(naps, { id, input: 1 })
      await t.advance('1s')
    }
    const pages: string[][] = []
    let cursor: string | undefined
    do {
      const page = await engine.list({ limit: 2, ...(cursor === undefined ? {} : { cursor }) })
      pages.push(page.executions.map(({ executionId }) => executionId))
      cursor = page.cursor
    } while (cursor !== undefined)
    expect(pages.flat()).toEqual(['e', 'd', 'c', 'b', 'a'])
    expect((await engine.list({ status: ['COMPLETED', 'FAILED'] })).executions).toEqual([])
    expect((await engine.list({ status: 'SUSPENDED' })).executions).toHaveLength(5)
  }),

  requirement(
    'STARTING-14',
    'a start that finds a run ended without success says how it is run again',
    async (t) => {
      const fails = workflow((_ctx, how: string) => Promise.reject(new Error(how)), { name: 'fails' })
      const { engine } = await t.process({ workflows: [naps, fails] })
      const first = await engine.start(fails, { id: 'failed', input: 'no money' })
      const error = await first.result().catch((thrown: Error) => thrown.message)
      expect(error).toContain('no money')
      expect(error).not.toContain('newRunAfterTerminal')
      const again = await engine.start(fails, { id: 'failed', input: 'no money' })
      expect([again.created, again.runNo]).toEqual([false, 1])
      await expect(again.result()).rejects.toMatchObject({
        code: 'EXECUTION_FAILED',
        message: expect.stringMatching(/no money.* idReusePolicy 'newRunAfterTerminal'/),
      })
      for (const verb of ['cancel', 'terminate'] as const) {
        await engine.start(naps, { id: verb, input: 1 })
        await engine[verb](verb, 'no longer wanted')
        await t.advance('1s')
        const found = await engine.start(naps, { id: verb, input: 1 })
        await expect(found.result()).rejects.toThrow('newRunAfterTerminal')
      }
    },
  ),

  requirement(
    'STARTING-15',
    'inputs are compared as values: order of keys and undefined members do not count',
    async (t) => {
      const any = workflow((_ctx, input: unknown) => Promise.resolve(input), { name: 'any' })
      const { engine } = await t.process({ workflows: [any] })
      for (const [index, [one, same, other]] of inputs.entries()) {
        const id = `${index}`
        await engine.start(any, { id, input: one })
        expect((await engine.start(any, { id, input: same })).created).toBe(false)
        await expect(engine.start(any, { id, input: other })).rejects.toMatchObject({
          code: 'INPUT_MISMATCH',
        })
      }
    },
  ),
]

const at = '2024-01-02T03:04:05Z'

/** An input, the same one written otherwise, and another. */
const inputs: readonly (readonly [unknown, unknown, unknown])[] = [
  [
    { sku: 'a', cents: 1 },
    { cents: 1, sku: 'a' },
    { cents: 2, sku: 'a' },
  ],
  [{ a: 1, note: undefined }, { a: 1 }, { a: 1, note: null }],
  [{ deep: [{ b: 1, a: 2 }] }, { deep: [{ a: 2, b: 1 }] }, { deep: [{ a: 1, b: 2 }] }],
  [
    [1, 2],
    [1, 2],
    [2, 1],
  ],
  [{ at: new Date(at) }, { at: new Date(at) }, { at }],
  [
    new Map([
      [1, 'a'],
      [2, 'b'],
    ]),
    new Map([
      [2, 'b'],
      [1, 'a'],
    ]),
    new Map([
      [1, 'b'],
      [2, 'a'],
    ]),
  ],
  [new Set(['a', 'b']), new Set(['b', 'a']), ['a', 'b']],
  [{ n: 1n }, { n: 1n }, { n: 1 }],
  [new Error('no'), new Error('no'), new Error('yes')],
  [undefined, undefined, null],
]
