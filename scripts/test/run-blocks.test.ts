import { expect, test, vi } from 'vitest'
import { runBlocks } from '../lib/run-blocks.mjs'

const minute = 60_000

/** Blocks that pass one test each and take the given minutes. */
async function blocksTaking(minutes: readonly number[], isHeldToMinutes: boolean) {
  let now = 0
  const blocks = minutes.map((taken, index) => ({
    name: `block-${index}`,
    minutes: 2,
    run: async () => {
      now += taken * minute
      return { passed: 1, failed: 0, skipped: 0 }
    },
  }))
  const log = vi.spyOn(console, 'log').mockImplementation(() => {})
  const counts = await runBlocks('.', blocks, { startedAt: 0, isHeldToMinutes, now: () => now })
  const printed = log.mock.calls.map(([line]) => String(line))
  log.mockRestore()
  return { counts, printed }
}

test('the minutes of each block are printed', async () => {
  const { counts, printed } = await blocksTaking([1.5, 0.25], true)
  expect(counts).toEqual({ passed: 2, failed: 0, skipped: 0 })
  expect(printed).toContain('✓ block block-0: 1.5 of 2 minutes')
  expect(printed).toContain('✓ block block-1: 0.3 of 2 minutes')
})

test('a block that takes longer than it may is marked', async () => {
  const { counts, printed } = await blocksTaking([2.5, 1], true)
  expect(counts).toEqual({ passed: 2, failed: 0, skipped: 0 })
  expect(printed).toContain('! block block-0: 2.5 of 2 minutes')
})

test('what began before the first block belongs to it, and nothing is held to minutes where that is not asked for', async () => {
  const { counts, printed } = await blocksTaking([2.5], false)
  expect(counts).toEqual({ passed: 1, failed: 0, skipped: 0 })
  expect(printed).toContain('✓ block block-0: 2.5 minutes')
})
