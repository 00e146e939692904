import { type RenewRequest, StoreError } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { gate } from '../test/gate.js'
import { type HeldRun, holdRun, update } from '../test/held-run.js'
import { untilQuiet } from '../test/test-clock.js'
import { LeaseKeeper } from './lease-keeper.js'

interface Kept {
  readonly runs: readonly HeldRun[]
  readonly keeper: LeaseKeeper
  readonly warnings: string[]
  /** Of each renewal: for whom. */
  readonly renewals: string[]
}

/** Runs whose leases one keeper keeps. */
async function keep(count: number): Promise<Kept> {
  const warnings: string[] = []
  const renewals: string[] = []
  const runs: HeldRun[] = []
  let keeper: LeaseKeeper | undefined
  for (let index = 0; index < count; index += 1) {
    const [beside] = runs
    const run = await holdRun({
      executionId: `run-${index}`,
      ...(beside === undefined ? {} : { beside }),
      host: { ended: (journal) => keeper?.remove(journal), released: (journal) => keeper?.remove(journal) },
    })
    runs.push(run)
  }
  const [first] = runs
  if (first === undefined) throw new Error('no run')
  const { store, clock } = first
  store.around('renew', (call, [request]) => {
    renewals.push((request as RenewRequest).holdings.map(({ key }) => key.executionId).join(' '))
    return call()
  })
  keeper = new LeaseKeeper(store, clock, 30_000, (message) => warnings.push(message))
  for (const { journal } of runs) keeper.add(journal)
  return { runs, keeper, warnings, renewals }
}

async function letPass(run: HeldRun | undefined, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 500) {
    run?.clock.advance(500)
    await untilQuiet(3)
  }
}

describe('a keeper of leases', () => {
  it('renews all in one request, and only when they have run down by a third', async () => {
    const { runs, renewals } = await keep(3)
    await letPass(runs[0], 7_500)
    expect(renewals).toEqual([])
    await letPass(runs[0], 7_500)
    expect(renewals).toEqual(['run-0 run-1 run-2'])
    await letPass(runs[0], 120_000)
    expect(runs.map(({ journal }) => journal.isHeld)).toEqual([true, true, true])
    expect(renewals.length).toBeLessThan(12)
    expect((await runs[2]?.row())?.leaseUntil).toBeGreaterThan(runs[0]?.clock.now() ?? Infinity)
  })

  it('needs not renew what commits renew', async () => {
    const { runs, renewals } = await keep(1)
    const [run] = runs
    for (let index = 0; index < 10; index += 1) {
      await letPass(run, 7_000)
      run?.journal.record(update.succeed(`step-${index}`))
      run?.journal.flush()
      await untilQuiet()
    }
    expect(renewals.length).toBeLessThanOrEqual(5)
    expect(run?.journal.isHeld).toBe(true)
  })

  it('tells a run what came in: renewals answer with messages and requests', async () => {
    const { runs } = await keep(1)
    const [run] = runs
    await run?.control({ kind: 'pause' })
    expect(run?.journal.mayStart()).toBe(true)
    await letPass(run, 15_000)
    expect(run?.journal.mayStart()).toBe(false)
  })

  it('stops whom it cannot renew before anybody else can claim it', async () => {
    const { runs, warnings } = await keep(2)
    const [run] = runs
    run?.store.around('renew', () => Promise.reject(new StoreError('no connection', { retryable: true })))
    await letPass(run, 27_500)
    expect(runs.map(({ journal }) => journal.isHeld)).toEqual([true, true])
    await letPass(run, 500)
    expect(runs.map(({ journal }) => journal.isHeld)).toEqual([false, false])
    expect(runs.map(({ pass }) => pass.heard.at(-1))).toEqual(['dropped LEASE_LOST', 'dropped LEASE_LOST'])
    expect(warnings.length).toBeGreaterThan(0)
    expect(run?.clock.pendingTimers).toBe(0)
  })

  it('stops them also while a renewal has no answer', async () => {
    const { runs } = await keep(1)
    const [run] = runs
    run?.store.around('renew', () => new Promise(() => {}))
    await letPass(run, 28_000)
    expect(run?.journal.isHeld).toBe(false)
  })

  it('stops whom the store does not know as holder any more, and nobody else', async () => {
    const { runs } = await keep(2)
    await runs[0]?.control({ kind: 'terminate', reason: null })
    await letPass(runs[0], 15_000)
    expect(runs.map(({ journal }) => journal.isHeld)).toEqual([false, true])
  })

  it('looks in time at one whose claim was long on its way', async () => {
    const { runs, keeper } = await keep(1)
    const [run] = runs
    if (run === undefined) throw new Error('no run')
    run.store.around('renew', () => Promise.reject(new StoreError('no connection', { retryable: true })))
    await letPass(run, 500)
    const late = await holdRun({ executionId: 'late', beside: run, sentBeforeMs: 27_000 })
    keeper.add(late.journal)
    await letPass(run, 1_000)
    expect(late.journal.isHeld).toBe(false)
    expect(run.journal.isHeld).toBe(true)
  })

  it('has no timer where nothing is held', async () => {
    const { runs, keeper } = await keep(2)
    expect(runs[0]?.clock.pendingTimers).toBe(1)
    for (const { journal } of runs) keeper.remove(journal)
    expect(runs[0]?.clock.pendingTimers).toBe(0)
  })

  it('means nothing to a lease that was taken since its question', async () => {
    const { runs, keeper } = await keep(1)
    const [run] = runs
    if (run === undefined) throw new Error('no run')
    const answered = gate<unknown>()
    run.store.once('renew', () => answered.promise)
    run.clock.advance(12_000)
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    await untilQuiet()
    await run.send('approved')
    await run.resume()
    keeper.add(run.journal)
    answered.open([{ kind: 'fenced' }])
    await untilQuiet()
    expect(run.journal.isHeld).toBe(true)
  })
})
