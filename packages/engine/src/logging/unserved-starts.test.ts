import { defineWorkflow, type Logger } from '@perdure/core'
import { memory } from '@perdure/memory'
import { expect, it } from 'vitest'
import { TestClock, untilQuiet } from '../../test/test-clock.js'
import { createEngine } from '../engine.js'
import type { AnyWorkflow } from '../registry.js'

it('says that nobody has the code of what was started, once a minute for each workflow', async () => {
  const clock = new TestClock()
  const lines: string[] = []
  const line = (message: string): void => void lines.push(message)
  const logger: Logger = { debug: line, info: line, warn: line, error: line }
  const store = memory({ clock })
  const client = createEngine({ store, clock, logger })
  const start = async (workflow: string): Promise<void> => {
    await client.start(workflow, { id: `${workflow}-${Math.random()}` })
    await untilQuiet()
  }
  await start('checkout')
  await start('checkout')
  expect(lines).toEqual([
    expect.stringMatching(
      /^Execution checkout-\S+ was started, and no living worker has workflow "checkout" version "1"/,
    ),
  ])
  const served = defineWorkflow({ name: 'served' }, async () => 1) as unknown as AnyWorkflow
  const worker = createEngine({ store, clock, logger: false, workflows: [served] })
  await worker.createWorker().start()
  await start('served')
  expect(lines).toHaveLength(1)
  clock.advance(60_000)
  await start('checkout')
  expect(lines).toHaveLength(2)
  await worker.close()
  await client.close()
})
