import type { StandardSchemaV1 } from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement } from '../context-trial.js'
import { bothPasses, Counts, gate } from '../scenes.js'

export const eventRequirements: readonly ContextRequirement[] = [
  requirement('EVENT-01', 'an event ends the wait of its name, and brings its payload', async (t) => {
    const run = await t.launch((ctx) => ctx.waitForEvent('go'))
    expect(await run.status()).toBe('SUSPENDED')
    await run.send('go', { at: new Date(0), by: ['me'] })
    expect(await run.result()).toEqual({ at: new Date(0), by: ['me'] })
  }),

  requirement('EVENT-02', 'an event without a payload brings undefined', async (t) => {
    const run = await t.launch(async (ctx) => [await ctx.waitForEvent('go')])
    await run.send('go')
    expect(await run.result()).toEqual([undefined])
  }),

  requirement('EVENT-03', 'an event that was sent before anybody waited is kept', async (t) => {
    if (t.capabilities.events === 'openWait') return
    const run = await t.launch(async (ctx) => {
      await ctx.sleep('nap', '1m')
      return await ctx.waitForEvent('go')
    })
    await run.send('go', 'early')
    expect(await run.status()).toBe('SUSPENDED')
    await t.advance('1m')
    expect(await run.result()).toBe('early')
  }),

  requirement('EVENT-04', 'an event that was sent before the execution began is kept', async (t) => {
    if (t.capabilities.events === 'openWait') return
    const workflow = await t.deploy((ctx) => ctx.waitForEvent('go'))
    t.driver.crash()
    const run = await t.start(workflow)
    await run.send('go', 'early')
    await t.recover()
    expect(await run.result()).toBe('early')
  }),

  requirement('EVENT-05', 'events of a name are taken in the order in which they came', async (t) => {
    if (t.capabilities.events === 'openWait') return
    const run = await t.launch(async (ctx) => {
      await ctx.sleep('nap', '1m')
      return [await ctx.waitForEvent('go'), await ctx.waitForEvent('go'), await ctx.waitForEvent('go')]
    })
    for (const payload of [1, 2, 3]) await run.send('go', payload)
    await t.advance('1m')
    expect(await run.result()).toEqual([1, 2, 3])
  }),

  requirement('EVENT-06', 'one event ends one wait: the one of its name that was opened first', async (t) => {
    const run = await t.launch((ctx) =>
      Promise.all([ctx.waitForEvent('go'), ctx.waitForEvent('other'), ctx.waitForEvent('go')]),
    )
    await run.send('go', 1)
    expect(await run.ended()).toEqual(['go SUCCEEDED'])
    await run.send('other', 2)
    expect(await run.status()).toBe('SUSPENDED')
    await run.send('go', 3)
    expect(await run.result()).toEqual([1, 2, 3])
  }),

  requirement('EVENT-07', 'each wait keeps its event, whatever happens', async (t) => {
    const { first, replayed } = await bothPasses(
      t,
      (ctx) => Promise.all([ctx.waitForEvent('go'), ctx.waitForEvent('go')]),
      async () => {
        for (const payload of ['one', 'two']) {
          await t.driver.sendEvent('one', 'go', payload)
          await t.restart()
        }
      },
    )
    expect(first).toEqual(['one', 'two'])
    expect(replayed).toEqual(first)
  }),

  requirement('EVENT-08', 'an event that nobody waits for wakes nobody and disturbs nothing', async (t) => {
    if (t.capabilities.events === 'openWait') return
    const writes = new Counts()
    const run = await t.launch((ctx) => ctx.waitForEvent('go'))
    t.onWrite(({ kind, when }) => void (when === 'after' && writes.add(kind)))
    await run.send('noise', 1)
    expect(writes.of('commit')).toBe(0)
    await run.send('go', 2)
    expect(await run.result()).toBe(2)
  }),

  requirement(
    'EVENT-09',
    'an event that comes while a long step runs is there when the step is done',
    async (t) => {
      const slow = gate()
      const runs = new Counts()
      const run = await t.launch(async (ctx) => {
        const event = ctx.waitForEvent('go')
        await ctx.step('slow', () => {
          runs.add('slow')
          return slow.promise
        })
        return await event
      })
      await t.advance('5s')
      await run.send('go', 'meanwhile')
      await t.advance('1m')
      slow.open()
      expect(await run.result()).toBe('meanwhile')
      expect(runs.of('slow')).toBe(1)
    },
  ),

  requirement(
    'EVENT-10',
    'an event is delivered while a step of the same execution still runs',
    async (t) => {
      const slow = gate()
      const run = await t.launch(async (ctx) => {
        const step = ctx.step('slow', () => slow.promise)
        const event = await ctx.waitForEvent('go')
        await ctx.step('after', () => {})
        await step
        return event
      })
      await run.send('go', 1)
      await t.advance('10s')
      expect(await run.ended()).toEqual(['go SUCCEEDED', 'after SUCCEEDED'])
      slow.open()
      expect(await run.result()).toBe(1)
    },
  ),

  requirement('EVENT-11', 'a second event with the same dedupeId is not delivered', async (t) => {
    if (t.capabilities.events === 'openWait') return
    const run = await t.launch(async (ctx) => [await ctx.waitForEvent('go'), await ctx.waitForEvent('go')])
    await run.send('go', 1, 'same')
    await run.send('go', 'again', 'same')
    expect(await run.status()).toBe('SUSPENDED')
    await run.send('go', 2, 'another')
    expect(await run.result()).toEqual([1, 2])
  }),

  requirement('EVENT-12', 'what nobody has consumed stays in the history', async (t) => {
    if (t.capabilities.events === 'openWait') return
    const run = await t.launch(async (ctx) => {
      await ctx.waitForEvent('go')
    })
    await run.send('left over', 1)
    await run.send('go', 2)
    await run.result()
    const received = (await run.history()).filter((event) => event.kind === 'MessageReceived')
    expect(received).toMatchObject([{ topic: 'event:left over' }, { topic: 'event:go' }])
    expect(received.map((event) => event.consumedBy === undefined)).toEqual([true, false])
  }),

  requirement('EVENT-13', 'an event to an execution that is unknown or has ended is refused', async (t) => {
    const run = await t.launch((ctx) => ctx.waitForEvent('go'))
    await run.send('go')
    await run.result()
    await expect(run.send('go')).rejects.toMatchObject({ code: 'EXECUTION_NOT_RUNNING' })
    await expect(t.driver.sendEvent('nobody', 'go', 1)).rejects.toMatchObject({ code: 'UNKNOWN_EXECUTION' })
  }),

  requirement('EVENT-14', 'a wait that is closed with the workflow takes no event', async (t) => {
    const run = await t.launch(async (ctx) => {
      void ctx.waitForEvent('go')
      return await ctx.step('a', () => 'done')
    })
    expect(await run.result()).toBe('done')
    expect(await run.ended()).toEqual(['a SUCCEEDED', 'go CANCELLED'])
  }),

  requirement(
    'EVENT-15',
    'a declared event is checked where it is sent, and arrives as its schema gives it',
    async (t) => {
      const validate = (value: unknown): { value: unknown } | { issues: { message: string }[] } =>
        typeof value === 'string' ? { value: value.trim() } : { issues: [{ message: 'not a text' }] }
      const approved: StandardSchemaV1 = { '~standard': { version: 1, vendor: 'trial', validate } }
      const workflow = { events: { approved } }
      const run = await t.launch((ctx) => ctx.waitForEvent('approved'), { workflow })
      await expect(run.send('approved', 7)).rejects.toMatchObject({ code: 'VALIDATION' })
      expect((await run.history()).some((event) => event.kind === 'MessageReceived')).toBe(false)
      await run.send('approved', '  yes ')
      expect(await run.result()).toBe('yes')
    },
  ),

  requirement(
    'EVENT-16',
    'a wait that was abandoned takes the next event, and the log names it and the one that will not',
    async (t) => {
      const run = await t.launch(async (ctx) => {
        await Promise.race([ctx.waitForEvent('stop'), ctx.sleep('tick', '1m')])
        return (await ctx.waitForEvent('stop', { timeout: '1h', onTimeout: 'undefined' })) ?? 'not heard'
      })
      await t.advance('2m')
      const warnings = t.messages('warn').filter((message) => message.includes('"stop'))
      expect(warnings).toEqual([
        expect.stringMatching(
          /"stop#2" while "stop" is open.*"stop", which was called before, takes the next event/,
        ),
      ])
      await run.send('stop', 'now')
      await t.advance('2h')
      expect(await run.result()).toBe('not heard')
    },
  ),
]
