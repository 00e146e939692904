import { expect, test } from 'vitest'
import { calmMs, stormMs } from '../settings.js'
import { disturbancePlan } from './disturbance-plan.js'

test('the same seed plans the same, another one something else', () => {
  expect(disturbancePlan(60_000, 1)).toEqual(disturbancePlan(60_000, 1))
  expect(disturbancePlan(60_000, 1)).not.toEqual(disturbancePlan(60_000, 2))
})

test('storms and calm take turns, and nothing reaches into the calm', () => {
  for (const disturbance of disturbancePlan(600_000, 3)) {
    const into = disturbance.atMs % (stormMs + calmMs)
    expect(into).toBeLessThan(stormMs)
    if (disturbance.kind === 'freeze' || disturbance.kind === 'unplug') {
      expect(into + disturbance.forMs).toBeLessThanOrEqual(stormMs + 0.001)
    }
  }
})

test('half a minute has some of everything', () => {
  const kinds = new Set([1, 2, 3].flatMap((seed) => disturbancePlan(30_000, seed).map(({ kind }) => kind)))
  expect(kinds).toEqual(new Set(['kill', 'freeze', 'unplug', 'poison', 'damage']))
})
