import { type NewRun, StoreError } from '@perdure/core'
import { beforeEach, describe, expect, it } from 'vitest'
import { newRun } from '../test/run-record.js'
import { TestClock } from '../test/test-clock.js'
import { type WatchedStore, watchedStore } from '../test/watched-store.js'
import { StartLane } from './start-lane.js'

let store: WatchedStore
let lane: StartLane
let created: number

beforeEach(() => {
  store = watchedStore({ clock: new TestClock() })
  created = 0
  lane = new StartLane(store, () => {
    created += 1
  })
})

const start = (executionId: string, inputHash = 'hash-1') => lane.create(newRun({ executionId, inputHash }))

describe('starts', () => {
  it('that are asked for together are one write, each with its own answer', async () => {
    await start('taken')
    const answers = await Promise.all([start('a'), start('taken'), start('taken', 'other'), start('b')])
    expect(answers.map(({ kind }) => kind)).toEqual(['created', 'existing', 'mismatch', 'created'])
    expect(store.counts.create).toBe(2)
  })

  it('are cut into writes of at most a thousand', async () => {
    await Promise.all(Array.from({ length: 2_500 }, (_, index) => start(`run-${index}`)))
    expect(store.counts.create).toBe(3)
  })

  it('are told once per write, if anything is new', async () => {
    await Promise.all([start('a'), start('b')])
    expect(created).toBe(1)
    await start('a')
    expect(created).toBe(1)
  })

  it('fail alone, each for what it brings about', async () => {
    store.around('create', (call, [batch]) => {
      const isPoison = (batch as readonly NewRun[]).some(({ executionId }) => executionId === 'poison')
      return isPoison ? Promise.reject(new StoreError('too big', { retryable: false })) : call()
    })
    const started = await Promise.allSettled([start('a'), start('poison'), start('b')])
    expect(started.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })

  it('fail together if the store says that it cannot do anything now, and the next write goes', async () => {
    store.once('create', () => Promise.reject(new StoreError('disk full', { retryable: true })))
    const failed = await Promise.allSettled([start('a'), start('b')])
    expect(failed.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect((await start('a')).kind).toBe('created')
  })

  it('without an answer fail', async () => {
    store.once('create', async () => [])
    await expect(start('a')).rejects.toThrow('fewer answers')
  })
})
