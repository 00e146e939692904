import { describe, expect, it } from 'vitest'
import { type HeldRun, holdRun, update } from '../test/held-run.js'
import { untilQuiet } from '../test/test-clock.js'
import { WarmCache } from './warm-cache.js'

/** Runs that were let go of. */
async function released(count: number): Promise<HeldRun[]> {
  const runs: HeldRun[] = []
  for (let index = 0; index < count; index += 1) {
    const run = await holdRun()
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    runs.push(run)
  }
  await untilQuiet()
  return runs
}

const isDropped = ({ pass }: HeldRun): boolean => pass.heard.includes('dropped EVICTED')

describe('a warm cache', () => {
  it('gives back what it keeps, once', async () => {
    const [run] = await released(1)
    const cache = new WarmCache(2)
    if (run === undefined) throw new Error('no run')
    cache.keep('a', run.journal)
    expect(cache.take('a')).toBe(run.journal)
    expect(cache.take('a')).toBeUndefined()
    expect(isDropped(run)).toBe(false)
  })

  it('evicts what was used longest ago', async () => {
    const runs = await released(3)
    const cache = new WarmCache(2)
    const [a, b, c] = runs
    if (a === undefined || b === undefined || c === undefined) throw new Error('no run')
    cache.keep('a', a.journal)
    cache.keep('b', b.journal)
    const again = cache.take('a')
    if (again !== undefined) cache.keep('a', again)
    cache.keep('c', c.journal)
    expect(runs.map(isDropped)).toEqual([false, true, false])
    expect(cache.size).toBe(2)
  })

  it('keeps nothing where it may keep nothing', async () => {
    const [run] = await released(1)
    const cache = new WarmCache(0)
    if (run === undefined) throw new Error('no run')
    cache.keep('a', run.journal)
    expect(isDropped(run)).toBe(true)
    expect(cache.size).toBe(0)
  })

  it('drops what it kept of a run that comes back as another function', async () => {
    const runs = await released(2)
    const cache = new WarmCache(2)
    for (const { journal } of runs) cache.keep('a', journal)
    expect(runs.map(isDropped)).toEqual([true, false])
  })

  it('drops everything when it is cleared', async () => {
    const runs = await released(2)
    const cache = new WarmCache(2)
    runs.forEach(({ journal }, index) => {
      cache.keep(String(index), journal)
    })
    cache.clear()
    expect(runs.map(isDropped)).toEqual([true, true])
    expect(cache.size).toBe(0)
  })
})
