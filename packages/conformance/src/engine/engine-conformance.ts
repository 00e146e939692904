import type { Capabilities } from '@perdure/core'
import { isRefusal } from '../context/context-trial.js'
import { declareRequirements } from '../declare-requirements.js'
import { engineRequirements } from './engine-requirements.js'
import { type CreateStoreForEngine, type EngineRequirement, EngineTrial } from './engine-trial.js'

export interface EngineConformanceOptions {
  /** The adapter's name, in the titles of the tests. */
  readonly name: string
  readonly create: CreateStoreForEngine
  /** Where to write a report once all tests have run, as JSON. @default nowhere */
  readonly report?: string
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
export function engineConformance({ name, create, report }: EngineConformanceOptions): void {
  let manifest: Capabilities | null = null
  const createNoted: CreateStoreForEngine = async (given) => {
    const made = await create(given)
    manifest = made.store.capabilities
    return made
  }
  declareRequirements({
    ...{ name, suite: 'engine', title: `${name} under an engine` },
    ...{ requirements: engineRequirements, report },
    check: (requirement) => checkEngine(requirement, createNoted),
    manifest: () => manifest,
  })
}

/** Puts engines over a new store through one requirement. Rejects if it is not kept. */
export async function checkEngine(
  requirement: EngineRequirement,
  create: CreateStoreForEngine,
): Promise<'done' | 'refused'> {
  const trial = await EngineTrial.open(create)
  try {
    await requirement.check(trial)
    return 'done'
  } catch (error) {
    if (isRefusal(error, trial.store.capabilities)) return 'refused'
    throw error
  } finally {
    await trial.close()
  }
}
