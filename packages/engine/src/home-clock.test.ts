import { AsyncLocalStorage } from 'node:async_hooks'
import { captureHome } from '@perdure/core'
import { expect, it } from 'vitest'
import { TestClock } from '../test/test-clock.js'
import { homeClock } from './home-clock.js'

it('arms its timers at home, and fires them there', () => {
  const user = new AsyncLocalStorage<string>()
  const seen: unknown[] = []
  const given = new TestClock()
  const clock = homeClock(
    {
      now: () => given.now(),
      monotonic: () => given.monotonic(),
      schedule: (delayMs, run) => {
        seen.push(user.getStore())
        return given.schedule(delayMs, run)
      },
    },
    user.run('home', captureHome),
  )
  user.run('caller', () => clock.schedule(10, () => seen.push(user.getStore())))
  user.run('tester', () => given.advance(10))
  expect(seen).toEqual(['home', 'home'])
})
