import { describe, it } from 'vitest'
import type { ContextDriver, CreateContextDriver } from './context-driver.js'
import { contextRequirements } from './context-requirements.js'
import { type ContextRequirement, ContextTrial, isRefusal } from './context-trial.js'

export interface ContextConformanceOptions {
  /** The adapter's name, in the titles of the tests. */
  readonly name: string
  readonly driver: CreateContextDriver
}

/**
 * Declares a test for every requirement of the durable context. Each gets a new driver. What the manifest does not
 * promise, the adapter must refuse by name instead.
 *
 * @example
 * ```ts
 * import { contextConformance, engineDriver } from '@perdure/conformance'
 * import { memory } from '@perdure/memory'
 *
 * contextConformance({
 *   name: 'memory',
 *   driver: engineDriver({
 *     create: async ({ clock }) => {
 *       const store = memory({ clock })
 *       return { store, destroy: () => store.close() }
 *     },
 *   }),
 * })
 * ```
 */
export function contextConformance({ name, driver }: ContextConformanceOptions): void {
  describe(`${name} under the durable context`, () => {
    for (const requirement of contextRequirements) {
      it(`${requirement.requirementId} ${requirement.sentence}`, async () => {
        await checkContext(requirement, driver)
      })
    }
  })
}

/** Puts a new driver through one requirement. Rejects if it does not keep it. */
export async function checkContext(
  requirement: ContextRequirement,
  create: CreateContextDriver,
): Promise<'done' | 'refused'> {
  const opened: ContextDriver[] = []
  try {
    await requirement.check(await ContextTrial.open(create, opened))
    return 'done'
  } catch (error) {
    if (opened.some(({ capabilities }) => isRefusal(error, capabilities))) return 'refused'
    throw error
  } finally {
    for (const driver of opened) await driver.close()
  }
}
