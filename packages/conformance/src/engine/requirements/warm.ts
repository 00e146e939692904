import { expect } from 'vitest'
import { Counts } from '../../context/scenes.js'
import type { StoreInterceptor } from '../../faults/intercept-store.js'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, leaseMs, workflow } from '../engine-trial.js'

export const warmRequirements: readonly EngineRequirement[] = [
  requirement(
    'WARM-01',
    'a run that was started now and one that goes on after a wait read no journal',
    async (t) => {
      const tops = new Counts()
      const naps = workflow(async (ctx) => {
        tops.add('top')
        await ctx.step('a', () => 1)
        await ctx.sleep('nap', '1m')
        const event = await ctx.waitForEvent('go')
        return [event, await ctx.step('b', () => 2)]
      })
      const { engine, count } = await t.process({ workflows: [naps] })
      const run = await engine.start(naps, { id: 'one' })
      await t.advance('1m')
      await run.sendEvent('go', 1)
      await t.settle()
      expect(await run.result()).toEqual([1, 2])
      expect(count('load')).toBe(0)
      expect(tops.of('top')).toBe(1)
    },
  ),

  requirement(
    'WARM-02',
    'a run that another worker advanced in between is replayed, not gone on with',
    async (t) => {
      const tops = new Counts()
      const waits = workflow(async (ctx) => {
        tops.add('top')
        const seen: unknown[] = []
        for (let count = 0; count < 3; count += 1) seen.push(await ctx.waitForEvent('go'))
        return seen
      })
      const first = heldUp()
      const second = heldUp()
      const a = await t.process({ workflows: [waits], intercept: first.intercept })
      second.isHeldUp = true
      const b = await t.process({ workflows: [waits], intercept: second.intercept })
      const run = await a.engine.start(waits, { id: 'one' })
      await t.advance('2s')
      first.isHeldUp = true
      second.isHeldUp = false
      await b.engine.sendEvent('one', 'go', 1)
      await t.advance('2s')
      expect(b.count('load')).toBe(1)
      second.isHeldUp = true
      first.isHeldUp = false
      await a.engine.sendEvent('one', 'go', 2)
      await t.advance('2s')
      expect(a.count('load')).toBe(1)
      await a.engine.sendEvent('one', 'go', 3)
      await t.advance('2s')
      expect(await run.result()).toEqual([1, 2, 3])
      expect(a.count('load')).toBe(1)
      expect(tops.of('top')).toBe(3)
    },
  ),

  requirement('WARM-03', 'a run that another worker held and did not advance is gone on with', async (t) => {
    const tops = new Counts()
    const waits = workflow(async (ctx) => {
      tops.add('top')
      return await ctx.waitForEvent('go')
    })
    const first = heldUp()
    const a = await t.process({ workflows: [waits], intercept: first.intercept })
    const run = await a.engine.start(waits, { id: 'one' })
    await t.advance('2s')
    first.isHeldUp = true
    const b = await t.process({
      workflows: [waits],
      intercept: (call, apply) =>
        call.verb === 'load' ? Promise.reject(new Error('Injected: no load')) : apply(),
    })
    await b.engine.sendEvent('one', 'go', 'came')
    await t.advance('2s')
    expect(b.count('load')).toBe(1)
    b.kill()
    first.isHeldUp = false
    await t.advance(2 * leaseMs)
    expect(await run.result()).toBe('came')
    expect(tops.of('top')).toBe(1)
  }),

  requirement(
    'WARM-04',
    'live functions are kept up to a bound, the least recently used given up first',
    async (t) => {
      const tops = new Counts()
      const waits = workflow(async (ctx, name: string) => {
        tops.add(name)
        return await ctx.waitForEvent('go')
      })
      const { engine } = await t.process({ workflows: [waits], worker: { maxWarm: 2 } })
      const names = ['oldest', 'middle', 'newest']
      for (const name of names) {
        await engine.start(waits, { id: name, input: name })
        await t.settle()
      }
      for (const name of names) {
        await engine.sendEvent(name, 'go')
        await t.settle()
      }
      expect(names.map((name) => tops.of(name))).toEqual([2, 1, 1])
    },
  ),

  requirement('WARM-05', 'what lies under a child context that is done is not read again', async (t) => {
    const nested = workflow(async (ctx) => {
      const sum = await ctx.runInChildContext('big', async (big) => {
        const steps = Array.from({ length: 50 }, (_, index) => big.step(`s${index}`, () => index))
        return (await Promise.all(steps)).length
      })
      await ctx.sleep('nap', '1m')
      return sum
    })
    const loaded: number[] = []
    const intercept: StoreInterceptor = async (call, apply) => {
      const answer = await apply()
      if (call.verb === 'load') loaded.push((answer as { operations: readonly unknown[] }).operations.length)
      return answer
    }
    const { engine } = await t.process({ workflows: [nested], worker: { maxWarm: 0 }, intercept })
    const run = await engine.start(nested, { id: 'one' })
    await t.advance('1m')
    expect(await run.result()).toBe(50)
    expect(loaded).toEqual([2])
  }),

  requirement(
    'WARM-06',
    'code that goes on by itself, having awaited something not durable, has its run back at once',
    async (t) => {
      let open = (_: string): void => {}
      const outside = new Promise<string>((resolve) => {
        open = resolve
      })
      const racing = workflow(async (ctx) => {
        const first = await Promise.race([ctx.sleep('nap', '30d'), outside])
        return await ctx.step('after', () => `${first}, then a step`)
      })
      const { engine } = await t.process({ workflows: [racing] })
      const run = await engine.start(racing, { id: 'one' })
      await t.settle()
      expect(await run.status()).toBe('SUSPENDED')
      open('from outside')
      await t.settle()
      expect(await run.status()).toBe('COMPLETED')
      expect(await run.result()).toBe('from outside, then a step')
    },
  ),
]

interface HeldUp {
  isHeldUp: boolean
  readonly intercept: StoreInterceptor
}

/** A process that can be kept from claiming anything. */
function heldUp(): HeldUp {
  const control: HeldUp = {
    isHeldUp: false,
    intercept: (call, apply) => {
      if (call.verb === 'claim' && control.isHeldUp) return Promise.reject(new Error('Injected: no claim'))
      return apply()
    },
  }
  return control
}
