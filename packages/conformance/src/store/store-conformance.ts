import type { Capabilities } from '@perdure/core'
import { capabilityNames, hasCapability, isDurableError } from '@perdure/core'
import { describe, it } from 'vitest'
import { VirtualClock } from '../virtual-clock.js'
import { Acknowledged } from './acknowledged.js'
import { audit } from './audit.js'
import { storeRequirements } from './store-requirements.js'
import { type StoreRequirement, StoreTrial } from './store-trial.js'
import type { CreateStoreUnderTest, StoreUnderTest } from './store-under-test.js'

export interface StoreConformanceOptions {
  /** The adapter's name, in the titles of the tests. */
  readonly name: string
  readonly create: CreateStoreUnderTest
}

/**
 * Declares a test for every requirement of the Store port. Each gets a new store, and its rows are audited afterwards.
 * What the store's manifest does not promise, it must refuse by name instead.
 *
 * @example
 * ```ts
 * import { storeConformance } from '@perdure/conformance'
 * import { memory } from '@perdure/memory'
 *
 * storeConformance({
 *   name: 'memory',
 *   create: async ({ clock }) => {
 *     const store = memory({ clock })
 *     const { database } = store
 *     return {
 *       store,
 *       probe: async () => database.rows(),
 *       another: async () => memory({ clock, database }),
 *       destroy: () => store.close(),
 *     }
 *   },
 * })
 * ```
 */
export function storeConformance({ name, create }: StoreConformanceOptions): void {
  describe(`${name} as a store`, () => {
    for (const requirement of storeRequirements) {
      it(`${requirement.requirementId} ${requirement.sentence}`, async () => {
        await checkStore(requirement, create)
      })
    }
  })
}

/** How a store keeps a requirement: by doing what it says, or by refusing what its manifest does not promise. */
export type Kept = 'done' | 'refused'

/** Puts a new store through one requirement. Rejects if it does not keep it. */
export async function checkStore(requirement: StoreRequirement, create: CreateStoreUnderTest): Promise<Kept> {
  const clock = new VirtualClock()
  const subject = await create({ clock })
  try {
    await subject.store.open()
    const acknowledged = new Acknowledged()
    const kept = await keep(requirement, new StoreTrial(watched(subject, acknowledged), clock))
    const findings = audit(await subject.probe(), acknowledged)
    if (findings.length > 0) throw new Error(`The rows cannot be true: ${findings.join('; ')}`)
    return kept
  } finally {
    await subject.destroy()
  }
}

/** The same subject; what any handle on it acknowledges is noted. */
function watched(subject: StoreUnderTest, acknowledged: Acknowledged): StoreUnderTest {
  const { store, another } = subject
  return {
    ...subject,
    store: acknowledged.watch(store),
    ...(another === undefined ? {} : { another: async () => acknowledged.watch(await another()) }),
  }
}

async function keep({ check }: StoreRequirement, trial: StoreTrial): Promise<Kept> {
  try {
    await check(trial)
    return 'done'
  } catch (error) {
    if (isRefusal(error, trial.store.capabilities)) return 'refused'
    throw error
  }
}

/** True if the store said by its typed error that it cannot do what its manifest says it cannot do. */
function isRefusal(error: unknown, manifest: Capabilities): boolean {
  if (!isDurableError(error, 'UNSUPPORTED_OPERATION')) return false
  const missing = capabilityNames.filter((name) => !hasCapability(manifest, name))
  return missing.some((name) => name === error.details['capability'])
}
