import { type CommitRequest, StoreBusyError, StoreError } from '@perdure/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { gate } from '../test/gate.js'
import { newRun, operation } from '../test/run-record.js'
import { TestClock, untilQuiet } from '../test/test-clock.js'
import { claimRequest, entryOf, leaseRuns } from '../test/turns-of.js'
import { type WatchedStore, watchedStore } from '../test/watched-store.js'
import { CommitLane } from './commit-lane.js'

const soon = 30_000
const finish = {
  kind: 'finish',
  status: 'COMPLETED',
  output: null,
  error: null,
  compensationOutcome: null,
} as const

let clock: TestClock
let store: WatchedStore
let lane: CommitLane
/** Of each commit that reached the store: how many entries it carried, and whether a claim. */
let batches: string[]

beforeEach(() => {
  clock = new TestClock()
  store = watchedStore({ clock })
  lane = new CommitLane(store, clock)
  batches = []
  store.around('commit', (call, [request]) => {
    const { entries, claim } = request as CommitRequest
    batches.push(`${entries.length}${claim === undefined ? '' : ' and a claim'}`)
    return call()
  })
})

/** `count` runs that are held. */
function held(count: number) {
  return leaseRuns(
    store,
    Array.from({ length: count }, (_, index) => `run-${String(index).padStart(4, '0')}`),
  )
}

describe('a group', () => {
  it('is what was submitted together', async () => {
    const runs = await held(20)
    const answers = await Promise.all(runs.map((run) => lane.commit(entryOf(run), soon)))
    expect(answers.map(({ kind }) => kind)).toEqual(Array.from({ length: 20 }, () => 'applied'))
    expect(batches).toEqual(['20'])
  })

  it('is what was submitted while the one before it was on its way', async () => {
    const [first, ...others] = await held(5)
    const onItsWay = gate()
    store.once('commit', async (call) => {
      await onItsWay.promise
      batches.push('first')
      return call()
    })
    const answers = [first, ...others].map(async (run) => {
      if (run === undefined) throw new Error('no run')
      if (run !== first) await untilQuiet(2)
      return lane.commit(entryOf(run), soon)
    })
    await untilQuiet()
    expect(batches).toEqual([])
    onItsWay.open()
    await Promise.all(answers)
    expect(batches).toEqual(['first', '4'])
  })

  it('is answered entry by entry: one that is fenced does not touch the others', async () => {
    const [good, lost, alsoGood] = await held(3)
    if (good === undefined || lost === undefined || alsoGood === undefined) throw new Error('no run')
    const answers = await Promise.all([
      lane.commit(entryOf(good), soon),
      lane.commit({ ...entryOf(lost), fence: { epoch: 99, nonce: 'old' } }, soon),
      lane.commit(entryOf(alsoGood), soon),
    ])
    expect(answers.map(({ kind }) => kind)).toEqual(['applied', 'fenced', 'applied'])
  })

  it('is bounded in rows', async () => {
    const runs = await held(5)
    const rows = Array.from({ length: 600 }, (_, index) =>
      operation({ operationId: `op-${index}`, startSeq: index + 1 }),
    )
    await Promise.all(runs.map((run) => lane.commit(entryOf(run, { kind: 'continue' }, rows), soon)))
    expect(batches).toEqual(['3', '2'])
  })

  it('is bounded in bytes, wherever they are', async () => {
    const large = { format: 'json', data: JSON.stringify('x'.repeat(1_500_000)) }
    const child = newRun({ executionId: 'kid', input: large })
    const message = {
      to: { namespace: 'main', executionId: 'run-0000' },
      message: {
        kind: 'event',
        topic: 'event:x',
        runNo: null,
        value: large,
        error: null,
        outcome: null,
        dedupeId: null,
      },
    } as const
    const runs = await held(4)
    const entries = runs.map((run, index) => {
      const plain = entryOf(run)
      if (index === 0) return entryOf(run, { kind: 'continue' }, [operation({ value: large })])
      if (index === 1) return entryOf(run, { ...finish, output: large })
      return index === 2 ? { ...plain, children: [child] } : { ...plain, messages: [message] }
    })
    await Promise.all(entries.map((entry) => lane.commit(entry, soon)))
    expect(batches).toEqual(['2', '2'])
  })

  it('may be a single entry that is above the bounds', async () => {
    const [run] = await held(1)
    if (run === undefined) throw new Error('no run')
    const large = { format: 'json', data: JSON.stringify('x'.repeat(6_000_000)) }
    const answer = await lane.commit(entryOf(run, { ...finish, output: large }), soon)
    expect(answer.kind).toBe('applied')
  })
})

describe('a claim', () => {
  it('travels with the turns that are submitted at the same time, and sees what they leave', async () => {
    const [run] = await held(1)
    await store.create([newRun({ executionId: 'next' })])
    if (run === undefined) throw new Error('no run')
    const claims = store.counts.claim
    const [answer, claimed] = await Promise.all([
      lane.commit(entryOf(run, finish), soon),
      lane.claim(claimRequest('claim-2')),
    ])
    expect(answer.kind).toBe('applied')
    expect(claimed.claimed.map(({ run: { executionId } }) => executionId)).toEqual(['next'])
    expect(batches).toEqual(['1 and a claim'])
    expect(store.counts.claim).toBe(claims)
  })

  it('goes alone where there is no turn', async () => {
    await store.create([newRun()])
    const { claimed } = await lane.claim(claimRequest('claim-1'))
    expect(claimed).toHaveLength(1)
    expect(batches).toEqual([])
  })

  it('goes with the last of several groups, and a second claim after it', async () => {
    const runs = await held(3)
    const rows = Array.from({ length: 1_500 }, (_, index) => operation({ operationId: `op-${index}` }))
    const claims = [lane.claim(claimRequest('claim-2')), lane.claim(claimRequest('claim-3'))]
    await Promise.all([
      ...runs.map((run) => lane.commit(entryOf(run, { kind: 'continue' }, rows), soon)),
      ...claims,
    ])
    expect(batches).toEqual(['1', '1', '1 and a claim'])
  })

  it('is not tried again by the lane: whoever claims knows better when', async () => {
    store.once('claim', () => Promise.reject(new StoreBusyError('busy')))
    await expect(lane.claim(claimRequest('claim-1'))).rejects.toMatchObject({ code: 'STORE_BUSY' })
  })

  it('is refused if the store answers the turns and not the claim', async () => {
    const [run] = await held(1)
    if (run === undefined) throw new Error('no run')
    store.once('commit', async (call) => {
      const { answers } = (await call()) as { answers: unknown }
      return { answers }
    })
    const turn = lane.commit(entryOf(run), soon)
    await expect(lane.claim(claimRequest('claim-2'))).rejects.toThrow('no answer')
    expect((await turn).kind).toBe('applied')
  })
})

describe('an error that may pass', () => {
  it.each([
    ['the store is busy', new StoreBusyError('busy')],
    ['the store says so', new StoreError('reset', { retryable: true })],
    ['nobody knows what it was: the turn may have been applied', new Error('socket hang up')],
  ])('is tried again, as a whole: %s', async (_, error) => {
    const runs = await held(3)
    store.once('commit', () => Promise.reject(error))
    const answers = Promise.all(runs.map((run) => lane.commit(entryOf(run), soon)))
    await untilQuiet()
    expect(batches).toEqual([])
    clock.advance(10)
    expect((await answers).map(({ kind }) => kind)).toEqual(['applied', 'applied', 'applied'])
    expect(batches).toEqual(['3'])
  })

  it('that hid the answer of a turn that was applied ends as a duplicate', async () => {
    const [run] = await held(1)
    if (run === undefined) throw new Error('no run')
    store.once('commit', async (call) => {
      await call()
      throw new StoreError('the answer was lost', { retryable: true })
    })
    const answer = lane.commit(entryOf(run), soon)
    await untilQuiet()
    clock.advance(10)
    expect((await answer).kind).toBe('duplicate')
  })

  it('is tried again with a growing delay, until no lease in the group lasts', async () => {
    const runs = await held(2)
    let tries = 0
    store.around('commit', () => {
      tries += 1
      return Promise.reject(new StoreBusyError('busy'))
    })
    const answers = Promise.allSettled(
      runs.map((run, index) => lane.commit(entryOf(run), index === 0 ? 50 : 2_000)),
    )
    for (let step = 0; step < 200; step += 1) {
      await untilQuiet(1)
      clock.advance(50)
    }
    const results = await answers
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(tries).toBeGreaterThan(4)
    expect(tries).toBeLessThan(14)
    expect(clock.pendingTimers).toBe(0)
  })

  it('holds up later turns, which go when it has passed', async () => {
    const [first, second] = await held(2)
    if (first === undefined || second === undefined) throw new Error('no run')
    store.once('commit', () => Promise.reject(new StoreBusyError('busy')))
    const early = lane.commit(entryOf(first), soon)
    await untilQuiet()
    const late = lane.commit(entryOf(second), soon)
    await untilQuiet()
    expect(batches).toEqual([])
    clock.advance(10)
    await Promise.all([early, late])
    expect(batches).toEqual(['1', '1'])
  })
})

describe('an error that does not pass', () => {
  it.each([
    ['that is the store’s own', new StoreError('garbage', { retryable: false })],
    ['of which nobody knows what it was', new TypeError('cannot read properties of undefined')],
  ])(
    '%s fails the entry alone that brings it about, and neither its neighbours nor the claim',
    async (_, error) => {
      const runs = await held(4)
      await store.create([newRun({ executionId: 'due' })])
      store.around('commit', (call, [request]) => {
        const { entries } = request as CommitRequest
        return entries.some(({ key }) => key.executionId === 'run-0001') ? Promise.reject(error) : call()
      })
      const turns = Promise.allSettled(runs.map((run) => lane.commit(entryOf(run), 5_000)))
      const claimed = lane.claim(claimRequest('claim-2'))
      for (let step = 0; step < 200; step += 1) {
        await untilQuiet(1)
        clock.advance(50)
      }
      expect((await turns).map(({ status }) => status)).toEqual([
        'fulfilled',
        'rejected',
        'fulfilled',
        'fulfilled',
      ])
      expect((await claimed).claimed).toHaveLength(1)
      expect(clock.pendingTimers).toBe(0)
    },
  )

  it('of a claim fails the claim alone', async () => {
    const [run] = await held(1)
    if (run === undefined) throw new Error('no run')
    const error = new StoreError('garbage', { retryable: false })
    store.around('claim', () => Promise.reject(error))
    store.around('commit', (call, [request]) =>
      (request as CommitRequest).claim === undefined ? call() : Promise.reject(error),
    )
    const turn = lane.commit(entryOf(run), soon)
    await expect(lane.claim(claimRequest('claim-2'))).rejects.toThrow('garbage')
    expect((await turn).kind).toBe('applied')
  })

  it('holds up nobody while its entry is tried alone', async () => {
    const [poison, beside, later] = await held(3)
    if (poison === undefined || beside === undefined || later === undefined) throw new Error('no run')
    store.around('commit', (call, [request]) => {
      const { entries } = request as CommitRequest
      return entries.some(({ key }) => key.executionId === poison.executionId)
        ? Promise.reject(new Error('?'))
        : call()
    })
    const failed = lane.commit(entryOf(poison), soon).catch(() => 'failed')
    const answer = lane.commit(entryOf(beside), soon)
    for (let step = 0; step < 10; step += 1) {
      await untilQuiet(1)
      clock.advance(20)
    }
    expect((await answer).kind).toBe('applied')
    expect((await lane.commit(entryOf(later), soon)).kind).toBe('applied')
    for (let step = 0; step < 100; step += 1) {
      await untilQuiet(1)
      clock.advance(1_000)
    }
    expect(await failed).toBe('failed')
  })

  it('is one too that the store gives fewer answers than entries', async () => {
    const runs = await held(2)
    store.once('commit', async (call) => {
      const { answers } = (await call()) as { answers: unknown[] }
      return { answers: answers.slice(0, 1) }
    })
    const [first, second] = await Promise.allSettled(runs.map((run) => lane.commit(entryOf(run), soon)))
    expect([first?.status, second?.status]).toEqual(['fulfilled', 'rejected'])
  })
})
