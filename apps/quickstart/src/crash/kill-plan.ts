import { seededNumber } from '../seeded-number.js'

const kills = 5

/**
 * When to kill the worker, as numbers of charges: at the moment that many orders have been charged, not by
 * the clock. Spread over the file and never at the same places twice, unless the seed is the same.
 */
export function killPlan(orderCount: number, seed: number): readonly number[] {
  const moments = Array.from({ length: kills }, (_, kill) => {
    const share = (kill + 0.5 + 0.5 * seededNumber(seed, 'kill', kill)) / (kills + 1)
    return Math.ceil(orderCount * share)
  })
  return [...new Set(moments)]
}
