import { expect, it } from 'vitest'
import { LocalBus } from './local-bus.js'

it('what happens in the process is told to whoever listens, until they stop', () => {
  const bus = new LocalBus()
  const heard: unknown[] = []
  const stopWork = bus.onWork((about) => heard.push(about ?? 'work'))
  const stopOutcome = bus.onOutcome(({ status }) => heard.push(status))
  const run = { namespace: 'main', executionId: 'order-42', runNo: 1, workflow: 'checkout', version: '1' }
  bus.work()
  bus.work({ namespace: 'main', executionId: 'order-42' })
  bus.finished({ run, status: 'COMPLETED', output: null, error: null })
  stopWork()
  stopOutcome()
  bus.work()
  bus.finished({ run, status: 'FAILED', output: null, error: null })
  expect(heard).toEqual(['work', { namespace: 'main', executionId: 'order-42' }, 'COMPLETED'])
})
