import { expect, test } from 'vitest'
import { killPlan } from './kill-plan.js'

test('the shipped file has five kills, spread over the run and all before its end', () => {
  for (let seed = 0; seed < 200; seed += 1) {
    const plan = killPlan(492, seed)
    expect(plan, `seed ${seed}`).toHaveLength(5)
    expect([...plan].sort((a, b) => a - b)).toEqual(plan)
    expect(plan.at(0)).toBeGreaterThan(0)
    expect(plan.at(-1)).toBeLessThan(0.9 * 492)
  }
})

test('a small file has fewer kills, never two at one moment', () => {
  expect(killPlan(1, 7)).toEqual([1])
  for (let seed = 0; seed < 50; seed += 1) {
    const plan = killPlan(3, seed)
    expect(new Set(plan).size, `seed ${seed}`).toBe(plan.length)
  }
})

test('the same seed gives the same plan', () => {
  expect(killPlan(492, 1)).toEqual(killPlan(492, 1))
  expect(killPlan(492, 1)).not.toEqual(killPlan(492, 2))
})
