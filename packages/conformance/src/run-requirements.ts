import type { Requirement } from './requirement.js'

/** How an adapter fared with one requirement. */
export interface RequirementResult {
  readonly requirementId: string
  readonly sentence: string
  /** `refused`: the manifest does not promise it, and the adapter said so by its typed error. */
  readonly outcome: 'done' | 'refused' | 'failed'
  /** What was thrown, if it failed. */
  readonly error?: unknown
}

/**
 * Puts an adapter through requirements, one after the other, without a test runner's help.
 *
 * @example
 * ```ts
 * import { checkStore, runRequirements, storeRequirements } from '@perdure/conformance'
 * import { memory } from '@perdure/memory'
 *
 * export const results = await runRequirements(storeRequirements, (requirement) =>
 *   checkStore(requirement, async ({ clock }) => {
 *     const store = memory({ clock })
 *     const { database } = store
 *     return { store, probe: async () => database.rows(), destroy: () => store.close() }
 *   }),
 * )
 * ```
 */
export async function runRequirements<Trial>(
  requirements: readonly Requirement<Trial>[],
  check: (requirement: Requirement<Trial>) => Promise<'done' | 'refused'>,
): Promise<readonly RequirementResult[]> {
  const results: RequirementResult[] = []
  for (const requirement of requirements) {
    const { requirementId, sentence } = requirement
    try {
      results.push({ requirementId, sentence, outcome: await check(requirement) })
    } catch (error) {
      results.push({ requirementId, sentence, outcome: 'failed', error })
    }
  }
  return results
}
