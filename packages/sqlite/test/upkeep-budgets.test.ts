import { defineWorkflow, type RenewRequest, type Store } from '@perdure/core'
import { describe, expect, test } from 'vitest'
import { countTransactions, isWrite, kindsOf } from './support/counted-database.js'
import { countedEngine } from './support/counted-engine.js'
import { awaited, elapse } from './support/virtual-time.js'

describe('a lease', () => {
  test('is renewed with all others in one transaction, and only when it has run down', async () => {
    const renewals: RenewRequest[] = []
    const long = defineWorkflow({ name: 'long' }, (ctx) =>
      ctx.step('long', () => new Promise<void>((resolve) => clock.schedule(60_000, resolve))),
    )
    const { clock, counted, engine } = await countedEngine({
      workflows: [long],
      worker: { lease: '30s' },
      around: noting(renewals),
    })
    const runs = await engine.startMany(
      long,
      Array.from({ length: 10 }, () => ({})),
    )
    await elapse(clock, 9_000)
    expect(renewals).toEqual([])
    counted.reset()
    await elapse(clock, 50_000)
    expect(renewals.map(({ holdings }) => holdings.length)).toEqual(renewals.map(() => 10))
    // Of 30 s a third may run down: no sooner than every 10 s, and in time.
    expect(renewals.length).toBeGreaterThanOrEqual(2)
    expect(renewals.length).toBeLessThanOrEqual(5)
    const updates = kindsOf(counted.statements).filter((kind) => kind === 'update executions')
    expect(updates).toHaveLength(renewals.length * 10)
    const outcomes = Promise.all(runs.map((run) => run.result()))
    await awaited(clock, outcomes)
  })

  test('of a run that lasts less than a third of it is never renewed', async () => {
    const renewals: RenewRequest[] = []
    const short = defineWorkflow({ name: 'short' }, (ctx) =>
      ctx.step('short', () => new Promise<void>((resolve) => clock.schedule(7_000, resolve))),
    )
    const { clock, engine } = await countedEngine({
      workflows: [short],
      worker: { lease: '30s' },
      around: noting(renewals),
    })
    const run = await engine.start(short)
    await awaited(clock, run.result())
    expect(renewals).toEqual([])
  })
})

/** Tables that an empty claim looks into; an announcement looks for silent workers. */
const readByAClaim = ['select', 'select executions', 'select relays', 'select workers']

describe('an idle worker', () => {
  const later = defineWorkflow({ name: 'later' }, (ctx) => ctx.sleep('long', '30d'))

  test('claims now and then, looks ten times a second whether the file has changed, and writes once a minute', async () => {
    const { clock, counted, engine } = await countedEngine({ workflows: [later] })
    await engine.start(later)
    // Whatever was left of the beginning has passed.
    await elapse(clock, 90_000)
    for (let minute = 0; minute < 5; minute += 1) {
      counted.reset()
      await elapse(clock, 59_000)
      const kinds = kindsOf(counted.statements)
      const looks = outsideTransactions(kinds).filter((kind) => kind === 'pragma data_version')
      expect(looks.length).toBeLessThanOrEqual(590)
      const announcements = kinds.filter((kind) => kind === 'insert workers').length
      // Every 30 seconds, a fifth sooner or later.
      const claims = countTransactions(counted.statements) - announcements
      expect(claims).toBeGreaterThanOrEqual(1)
      expect(claims).toBeLessThanOrEqual(3)
      const reads = kinds.filter((kind) => kind.startsWith('select'))
      expect(reads.filter((kind) => !readByAClaim.includes(kind))).toEqual([])
      expect(counted.statements.filter(isWrite).length).toBeLessThanOrEqual(1)
      expect(outsideTransactions(kinds).filter((kind) => kind !== 'pragma data_version')).toEqual([])
    }
  })
})

/** A store that writes down the renewals it is asked for. */
function noting(renewals: RenewRequest[]): (store: Store) => Store {
  return (store) => ({
    ...store,
    renew: (request) => {
      renewals.push(request)
      return store.renew(request)
    },
  })
}

function outsideTransactions(kinds: readonly string[]): string[] {
  let isInside = false
  return kinds.filter((kind) => {
    if (kind === 'begin') isInside = true
    const isOutside = !isInside
    if (kind === 'commit' || kind === 'rollback') isInside = false
    return isOutside
  })
}
