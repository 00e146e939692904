import type { Capabilities, Store } from '@perdure/core'
import { capabilityNames, hasCapability, isDurableError } from '@perdure/core'
import { declareRequirements } from '../declare-requirements.js'
import { VirtualClock } from '../virtual-clock.js'
import { Acknowledged } from './acknowledged.js'
import { audit } from './audit.js'
import { CallLog } from './call-log.js'
import { storeRequirements } from './store-requirements.js'
import { type StoreRequirement, StoreTrial } from './store-trial.js'
import type { CreateStoreUnderTest, StoreUnderTest } from './store-under-test.js'

export interface StoreConformanceOptions {
  /** The adapter's name, in the titles of the tests. */
  readonly name: string
  readonly create: CreateStoreUnderTest
  /**
   * Where to write a report once all tests have run, as JSON: each requirement with its outcome and how long it took,
   * the manifest, the versions. @default nowhere
   */
  readonly report?: string
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
export function storeConformance({ name, create, report }: StoreConformanceOptions): void {
  let subject: StoreUnderTest | null = null
  const createNoted: CreateStoreUnderTest = async (given) => {
    subject = await create(given)
    return subject
  }
  declareRequirements({
    ...{ name, suite: 'store', title: `${name} as a store`, requirements: storeRequirements, report },
    check: (requirement) => checkStore(requirement, createNoted),
    manifest: () => subject?.store.capabilities ?? null,
    notes: () => (subject === null ? [] : notesOn(subject)),
  })
}

/** What somebody who trusts the outcomes must know of the store that was tried. */
export function notesOn({ another }: StoreUnderTest): readonly string[] {
  if (another !== undefined) return []
  return ['without `another`, what takes two handles on the same data was tried with one and proves little']
}

/** How a store keeps a requirement: by doing what it says, or by refusing what its manifest does not promise. */
export type Kept = 'done' | 'refused'

/** Puts a new store through one requirement. Rejects if it does not keep it. */
export async function checkStore(requirement: StoreRequirement, create: CreateStoreUnderTest): Promise<Kept> {
  const clock = new VirtualClock()
  const calls = new CallLog()
  const subject = await create({ clock })
  try {
    await subject.store.open()
    const acknowledged = new Acknowledged()
    const kept = await keep(requirement, new StoreTrial(watched(subject, acknowledged, calls), clock))
    const findings = audit(await subject.probe(), acknowledged)
    if (findings.length > 0) throw new Error(`The rows cannot be true: ${findings.join('; ')}`)
    return kept
  } catch (error) {
    throw calls.tell(error)
  } finally {
    await subject.destroy()
  }
}

/** The same subject; what any handle on it is asked and what it acknowledges is noted. */
function watched(subject: StoreUnderTest, acknowledged: Acknowledged, calls: CallLog): StoreUnderTest {
  const { store, another } = subject
  const watch = (handle: Store, name: string): Store => acknowledged.watch(calls.watch(handle, name))
  return {
    ...subject,
    store: watch(store, 'store'),
    ...(another === undefined ? {} : { another: async () => watch(await another(), 'another') }),
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
