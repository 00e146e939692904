import type { Capabilities } from '@perdure/core'
import { declareRequirements } from '../declare-requirements.js'
import type { ContextDriver, CreateContextDriver } from './context-driver.js'
import { contextRequirements } from './context-requirements.js'
import { type ContextRequirement, ContextTrial, isRefusal } from './context-trial.js'

export interface ContextConformanceOptions {
  /** The adapter's name, in the titles of the tests. */
  readonly name: string
  readonly driver: CreateContextDriver
  /**
   * Where to write a report once all tests have run, as JSON: each requirement with its outcome and how long it took,
   * the manifest, the versions. @default nowhere
   */
  readonly report?: string
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
export function contextConformance({ name, driver, report }: ContextConformanceOptions): void {
  let manifest: Capabilities | null = null
  const createNoted: CreateContextDriver = async (given) => {
    const opened = await driver(given)
    manifest = opened.capabilities
    return opened
  }
  declareRequirements({
    ...{ name, suite: 'context', title: `${name} under the durable context` },
    ...{ requirements: contextRequirements, report },
    check: (requirement) => checkContext(requirement, createNoted),
    manifest: () => manifest,
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
    for (const driver of opened) await expectSound(driver)
    return 'done'
  } catch (error) {
    if (opened.some(({ capabilities }) => isRefusal(error, capabilities))) return 'refused'
    throw error
  } finally {
    for (const driver of opened) await driver.close()
  }
}

async function expectSound(driver: ContextDriver): Promise<void> {
  const findings = (await driver.audit?.()) ?? []
  if (findings.length > 0) throw new Error(`What is kept cannot be true: ${findings.join('; ')}`)
}
