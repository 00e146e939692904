/**
 * What can be taken away from the product, from outside of it, to see that the checker notices:
 *
 * - `poison-brake`: a run that kills its workers is never set aside;
 * - `poll`: nobody is told of foreign writes, and nobody looks by himself;
 * - `fence`: a holder that lost its lease writes as if it had it.
 */
export type Brake = 'poison-brake' | 'poll' | 'fence'

export const brakes: readonly Brake[] = ['poison-brake', 'poll', 'fence']
