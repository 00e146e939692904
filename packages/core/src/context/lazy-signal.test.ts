import { describe, expect, it } from 'vitest'
import { LazySignal } from './lazy-signal.js'

describe('a lazy signal', () => {
  it('aborts whoever asked for it before, with the reason', () => {
    const lazy = new LazySignal()
    const { signal } = lazy
    expect([signal.aborted, lazy.isAborted]).toEqual([false, false])
    lazy.abort(() => 'enough')
    expect([signal.aborted, signal.reason, lazy.isAborted]).toEqual([true, 'enough', true])
  })

  it('is aborted for whoever asks later, and is always the same', () => {
    const lazy = new LazySignal()
    lazy.abort(() => 'enough')
    expect(lazy.signal.reason).toBe('enough')
    expect(lazy.signal).toBe(lazy.signal)
  })

  it('keeps the first reason', () => {
    const early = new LazySignal()
    early.abort(() => 'first')
    early.abort(() => 'second')
    expect(early.signal.reason).toBe('first')
  })

  it('makes no reason that nobody asks for', () => {
    new LazySignal().abort(() => expect.fail('made'))
  })
})
