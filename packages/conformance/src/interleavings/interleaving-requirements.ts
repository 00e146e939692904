import { requirement } from '../requirement.js'
import type { StoreRequirement } from '../store/store-trial.js'
import { interleave } from './interleave.js'
import { interleavings } from './interleavings.js'

/** Each encounter in every order of its calls, one call after the other. */
export const interleavingRequirements: readonly StoreRequirement[] = interleavings.map(
  ({ requirementId, sentence, meet }) =>
    requirement(requirementId, sentence, async (t) => {
      await interleave(() => meet(t))
    }),
)
