import { seededRandom } from '@perdure/core'

/**
 * Whoever draws lots meanwhile, such as the jitter of polls and of writes that are tried again, draws the same for the same
 * seed: else the numbers of the writes that faults are aimed at would differ from one time to the next.
 */
export async function withSeededLots<Done>(seed: number, act: () => Promise<Done>): Promise<Done> {
  const { random } = Math
  const lots = seededRandom(`lots ${seed}`)
  Math.random = () => lots.next()
  try {
    return await act()
  } finally {
    Math.random = random
  }
}
