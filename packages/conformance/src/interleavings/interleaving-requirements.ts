import { requirement } from '../requirement.js'
import type { StoreRequirement, StoreTrial } from '../store/store-trial.js'
import { atOnceRequirements } from './at-once-requirements.js'
import { interleave } from './interleave.js'
import { interleavings } from './interleavings.js'

/** Each encounter in every order of its calls, one call after the other; then all calls at once. */
export const interleavingRequirements: readonly StoreRequirement[] = [
  ...interleavings.map(({ requirementId, sentence, meet }) =>
    requirement<StoreTrial>(requirementId, sentence, async (t) => {
      await interleave(() => meet(t))
    }),
  ),
  ...atOnceRequirements,
]
