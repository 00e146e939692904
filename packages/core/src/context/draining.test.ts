import { describe, expect, it } from 'vitest'
import { ManualClock } from '../../test/manual-clock.js'
import { rootScope } from '../../test/test-scope.js'
import { Draining } from './draining.js'
import type { RunningBody } from './scope.js'

function setUp() {
  const clock = new ManualClock()
  const root = rootScope()
  const inner = root.enter(root.identify('inner').path)
  const draining: Draining = new Draining(clock, 5_000, (scope, body) => {
    scope.bodies.delete(body)
    draining.check()
  })
  const order: string[] = []
  return { clock, root, inner, draining, order }
}

const body = (): RunningBody => ({ abort: () => {} })

describe('draining', () => {
  it('is over at once where no body runs', () => {
    const { clock, root, draining, order } = setUp()
    draining.await(root, () => order.push('drained'))
    expect(order).toEqual(['drained'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('waits for the bodies of the contexts below', () => {
    const { clock, root, inner, draining, order } = setUp()
    const running = body()
    inner.bodies.add(running)
    draining.await(root, () => order.push('drained'))
    draining.check()
    expect(order).toEqual([])
    inner.bodies.delete(running)
    draining.check()
    draining.check()
    expect(order).toEqual(['drained'])
    expect(clock.pendingTimers).toBe(0)
  })

  it('tells each context apart: the inner one is done before the outer', () => {
    const { root, inner, draining, order } = setUp()
    const [below, above] = [body(), body()]
    inner.bodies.add(below)
    root.bodies.add(above)
    draining.await(inner, () => order.push('inner'))
    draining.await(root, () => order.push('root'))
    inner.bodies.delete(below)
    draining.check()
    expect(order).toEqual(['inner'])
    root.bodies.delete(above)
    draining.check()
    expect(order).toEqual(['inner', 'root'])
  })

  it('ends with the grace', () => {
    const { clock, root, inner, draining, order } = setUp()
    root.bodies.add(body())
    inner.bodies.add(body())
    draining.await(root, () => order.push('drained'))
    clock.advance(4_999)
    expect(order).toEqual([])
    clock.advance(1)
    expect(order).toEqual(['drained'])
  })

  it('is forgotten with its timers', () => {
    const { clock, root, draining, order } = setUp()
    root.bodies.add(body())
    draining.await(root, () => order.push('drained'))
    draining.clear()
    root.bodies.clear()
    draining.check()
    expect(order).toEqual([])
    expect(clock.pendingTimers).toBe(0)
  })
})
