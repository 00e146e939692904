import { defineWorkflow } from '@perdure/core'
import { memory } from '@perdure/memory'
import { expect, test } from 'vitest'
import { createEngine } from './engine.js'

test('smoke', async () => {
  let tries = 0
  const wf = defineWorkflow({ name: 'wf' }, async (ctx, n: number) => {
    const a = await ctx.step('a', () => n + 1)
    await ctx.sleep('s', 20)
    const b = await ctx.step(
      'b',
      () => {
        if (tries++ < 2) throw new Error('x')
        return a * 2
      },
      { retry: { maxAttempts: 5, initialInterval: 10 } },
    )
    const [x, y] = await Promise.all([ctx.step('p', () => 1), ctx.step('q', async () => 2)])
    const r = await Promise.race([
      ctx.sleep('long', '1h').then(() => 'slept'),
      ctx.waitForEvent<string>('go'),
    ])
    const c = await ctx.runInChildContext(
      'kid',
      async (k) => (await k.step('in', () => 7)) + (await k.step('in', () => 8)),
    )
    return { a, b, x, y, r, c, u: ctx.randomUUID().length }
  })
  const engine = createEngine({ store: memory(), workflows: [wf], logger: console })
  const worker = engine.createWorker()
  await worker.start()
  const run = await engine.start(wf, { id: 'one', input: 3 })
  await engine.sendEvent('one', 'go', 'went')
  expect(await run.result({ timeout: '3s' })).toEqual({ a: 4, b: 8, x: 1, y: 2, r: 'went', c: 15, u: 36 })
  const many = await engine.startMany(
    wf,
    Array.from({ length: 50 }, (_, i) => ({ id: `m${i}`, input: i })),
  )
  await Promise.all(many.map((m) => m.sendEvent('go', 'x')))
  await Promise.all(many.map((m) => m.result({ timeout: '3s' })))
  console.log((await engine.history('one')).length)
  await engine.close()
})
