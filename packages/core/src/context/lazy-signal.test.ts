import { describe, expect, it } from 'vitest'
import { testRun } from '../../test/test-scope.js'
import { rootPath } from '../operation-id.js'
import { currentPlace } from './async-zone.js'
import { LazySignal } from './lazy-signal.js'
import { Place } from './place.js'

const place = new Place(testRun, rootPath)

describe('a lazy signal', () => {
  it('aborts whoever asked for it before, with the reason', () => {
    const lazy = new LazySignal(place)
    const { signal } = lazy
    expect([signal.aborted, lazy.isAborted]).toEqual([false, false])
    lazy.abort(() => 'enough')
    expect([signal.aborted, signal.reason, lazy.isAborted]).toEqual([true, 'enough', true])
  })

  it('is aborted for whoever asks later, and is always the same', () => {
    const lazy = new LazySignal(place)
    lazy.abort(() => 'enough')
    expect(lazy.signal.reason).toBe('enough')
    expect(lazy.signal).toBe(lazy.signal)
  })

  it('keeps the first reason', () => {
    const early = new LazySignal(place)
    early.abort(() => 'first')
    early.abort(() => 'second')
    expect(early.signal.reason).toBe('first')
  })

  it('calls its listeners in its place, whoever aborts it', async () => {
    const lazy = new LazySignal(place)
    const places: unknown[] = []
    const listener = async (): Promise<void> => {
      places.push(currentPlace())
      await Promise.resolve()
      places.push(currentPlace())
    }
    lazy.signal.addEventListener('abort', () => void listener())
    lazy.abort(() => 'enough')
    await new Promise((resolve) => setImmediate(resolve))
    expect(places).toEqual([place, place])
    expect(currentPlace()).toBeUndefined()
  })

  it('makes no reason that nobody asks for', () => {
    new LazySignal(place).abort(() => expect.fail('made'))
  })
})
