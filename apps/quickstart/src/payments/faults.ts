import { seededNumber } from '../seeded-number.js'

/**
 * What the payment server does with one request:
 * - `prompt`: charges and answers
 * - `slow`: charges and answers late, but in time
 * - `error`: answers 500 and charges nothing
 * - `hang`: charges and never answers, so the caller cannot know
 */
export type Behaviour = 'prompt' | 'slow' | 'error' | 'hang'

/** Nobody is unlucky forever: from this request of an order on, the server behaves. */
const patience = 4

/** Chance that anybody can repeat: the same seed, order and count of requests always gives the same. */
export function behaviourFor(seed: number, orderId: string, requestNumber: number): Behaviour {
  const chance = seededNumber(seed, 'behaviour', orderId, requestNumber)
  if (chance < 0.1) return 'slow'
  if (requestNumber >= patience) return 'prompt'
  if (chance < 0.2) return 'error'
  if (chance < 0.26) return 'hang'
  return 'prompt'
}
