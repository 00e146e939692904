import { expect, test } from 'vitest'
import { calmMs, stormMs } from '../settings.js'
import { disturbancePlan } from './disturbance-plan.js'

test('the same seed plans the same, another one something else', () => {
  expect(disturbancePlan(60_000, { seed: 1, without: undefined })).toEqual(
    disturbancePlan(60_000, { seed: 1, without: undefined }),
  )
  expect(disturbancePlan(60_000, { seed: 1, without: undefined })).not.toEqual(
    disturbancePlan(60_000, { seed: 2, without: undefined }),
  )
})

test('storms and calm take turns, and nothing reaches into the calm', () => {
  for (const disturbance of disturbancePlan(600_000, { seed: 3, without: undefined })) {
    const into = disturbance.atMs % (stormMs + calmMs)
    expect(into).toBeLessThan(stormMs)
    if (disturbance.kind === 'freeze' || disturbance.kind === 'unplug') {
      expect(into + disturbance.forMs).toBeLessThanOrEqual(stormMs + 0.001)
    }
  }
})

test('half a minute has some of everything', () => {
  const kinds = new Set(
    [1, 2, 3].flatMap((seed) =>
      disturbancePlan(30_000, { seed, without: undefined }).map(({ kind }) => kind),
    ),
  )
  expect(kinds).toEqual(new Set(['kill', 'freeze', 'unplug', 'poison', 'damage']))
})
