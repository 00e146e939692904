import { describe, it } from 'vitest'
import { engineRequirements } from './engine-requirements.js'
import { type CreateStoreForEngine, type EngineRequirement, EngineTrial } from './engine-trial.js'

export interface EngineConformanceOptions {
  /** The adapter's name, in the titles of the tests. */
  readonly name: string
  readonly create: CreateStoreForEngine
}

/**
 * Declares a test for every requirement of an engine over a store: what the durable context does not show, because it
 * takes several processes, or calls of the engine itself.
 *
 * @example
 * ```ts
 * import { engineConformance } from '@perdure/conformance'
 * import { memory } from '@perdure/memory'
 *
 * engineConformance({
 *   name: 'memory',
 *   create: async ({ clock }) => {
 *     const store = memory({ clock })
 *     const { database } = store
 *     return { store, another: async () => memory({ clock, database }), destroy: () => store.close() }
 *   },
 * })
 * ```
 */
export function engineConformance({ name, create }: EngineConformanceOptions): void {
  describe(`${name} under an engine`, () => {
    for (const requirement of engineRequirements) {
      it(`${requirement.requirementId} ${requirement.sentence}`, () => checkEngine(requirement, create))
    }
  })
}

/** Puts engines over a new store through one requirement. Rejects if it is not kept. */
export async function checkEngine(
  requirement: EngineRequirement,
  create: CreateStoreForEngine,
): Promise<void> {
  const trial = await EngineTrial.open(create)
  try {
    await requirement.check(trial)
  } finally {
    await trial.close()
  }
}
