import { defineWorkflow } from '@perdure/core'
import { expect, it } from 'vitest'
import { gate } from '../test/gate.js'
import { pass, untilQuiet } from '../test/test-clock.js'
import { setUp, started } from '../test/worker-setting.js'

/** Waits for an event, and meanwhile sleeps for an hour and then runs a body without end. */
function racing(heard: string[]) {
  return defineWorkflow({ name: 'racing' }, async (ctx) => {
    const hear = (): void => void heard.push('heard')
    void ctx.waitForEvent('stop').then(hear, hear)
    await ctx.sleep('nap', '1h')
    await ctx.step('long', () => new Promise(() => {}))
  })
}

it.each([
  ['an event', 'its journal is read', 0],
  ['an event', 'the claim is answered', 10],
  ['a cancel', 'its journal is read', 0],
  ['a cancel', 'the claim is answered', 10],
  ['an event of another process', 'the claim is answered', 10],
])('%s that comes in before %s reaches a run as soon as it is held', async (what, _, maxWarm) => {
  const heard: string[] = []
  const here = setUp([racing(heard)])
  await started(here.engine, { maxWarm })
  await here.engine.start('racing', { id: 'order-42' })
  await untilQuiet()
  await pass(here.clock, 3_599_000)
  const answered = gate()
  here.store.once(maxWarm === 0 ? 'load' : 'claim', async (call) => {
    const answer = await call()
    await answered.promise
    return answer
  })
  await pass(here.clock, 1_000)
  const [row] = await here.store.read([{ namespace: 'main', executionId: 'order-42' }])
  expect(row?.status).toBe('RUNNING')
  const { engine } = what.includes('another') ? setUp([], { beside: here }) : here
  if (what === 'a cancel') await engine.cancel('order-42')
  else await engine.sendEvent('order-42', 'stop')
  await untilQuiet()
  answered.open()
  await untilQuiet()
  expect(heard).toEqual(['heard'])
})
