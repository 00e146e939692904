import { expect, it } from 'vitest'
import { concerns, LocalBus, type LocalNews } from './local-bus.js'

it('what happens in the process is told to whoever listens, until they stop', () => {
  const bus = new LocalBus()
  const heard: unknown[] = []
  const stopNews = bus.onNews(({ kind }) => heard.push(kind))
  const stopOutcome = bus.onOutcome(({ status }) => heard.push(status))
  const run = { namespace: 'main', executionId: 'order-42', runNo: 1, workflow: 'checkout', version: '1' }
  bus.tell({ kind: 'due', namespace: 'main' })
  bus.tell({ kind: 'received', namespace: 'main', executionId: 'order-42' })
  bus.finished({ run, status: 'COMPLETED', output: null, error: null })
  stopNews()
  stopOutcome()
  bus.tell({ kind: 'relayed' })
  bus.finished({ run, status: 'FAILED', output: null, error: null })
  expect(heard).toEqual(['due', 'received', 'COMPLETED'])
})

it('news concern their own namespace; what was relayed may concern every one', () => {
  const due: LocalNews = { kind: 'due', namespace: 'main' }
  expect(concerns(due, 'main')).toBe(true)
  expect(concerns(due, 'other')).toBe(false)
  expect(concerns({ kind: 'relayed' }, 'other')).toBe(true)
})
