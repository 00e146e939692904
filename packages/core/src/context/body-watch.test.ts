import { expect, it } from 'vitest'
import { ManualClock } from '../../test/manual-clock.js'
import { rootScope } from '../../test/test-scope.js'
import { BodyWatch } from './body-watch.js'
import type { RunningBody } from './scope.js'

it('speaks once of each body that runs for very long, and looks only while bodies run', () => {
  const clock = new ManualClock()
  const root = rootScope()
  const lines: string[] = []
  const watch = new BodyWatch(clock, root, (name, sinceMs) => lines.push(`${name} ${sinceMs}`))
  const body = (name?: string): RunningBody => ({ abort: () => {}, ...(name === undefined ? {} : { name }) })
  const brief = body('brief')
  root.bodies.add(brief).add(body('hung')).add(body())
  const inner = root.enter(root.identify('inner').path)
  watch.arm()
  clock.advance(60_000)
  root.bodies.delete(brief)
  inner.bodies.add(body('later'))
  clock.advance(60_000)
  expect(lines).toEqual(['hung 60000'])
  for (let minute = 0; minute < 5; minute += 1) clock.advance(60_000)
  expect(lines).toEqual(['hung 60000', 'later 60000'])
  root.bodies.clear()
  inner.bodies.clear()
  clock.advance(60_000)
  expect(clock.pendingTimers).toBe(0)
})

it('stops', () => {
  const clock = new ManualClock()
  const watch = new BodyWatch(clock, rootScope(), () => {})
  watch.arm()
  watch.arm()
  expect(clock.pendingTimers).toBe(1)
  watch.stop()
  expect(clock.pendingTimers).toBe(0)
})
