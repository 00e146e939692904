import type { StoreTrial } from '../store/store-trial.js'
import type { Encounter } from './interleave.js'

/** A rule that holds in whatever order the calls of several parties reach a store. */
export interface Interleaving {
  readonly requirementId: string
  /** Who meets, and what is true afterwards. */
  readonly sentence: string
  /** Lets them meet again, in a store where they may have met before. */
  readonly meet: (t: StoreTrial) => Promise<Encounter>
}

export function interleaving(
  requirementId: string,
  sentence: string,
  meet: (t: StoreTrial) => Promise<Encounter>,
): Interleaving {
  return { requirementId, sentence, meet }
}
