import { maxWaitMs } from './duration.js'
import { UnsupportedOperationError, ValidationError } from './errors.js'
import { checkOptions } from './names.js'

/**
 * What an adapter can do. Runtime checks, the conformance suite and the documentation's table read this and nothing
 * else.
 */
export interface Capabilities {
  /** The name of the adapter, for messages. */
  readonly adapter: string
  /** `ctx.transaction`, and `start` and `sendEvent` inside a transaction of the user. */
  readonly transactions: boolean
  /**
   * Events: `openWait` delivers to an open wait only, `buffered` also keeps an event that nobody waits for yet.
   */
  readonly events: 'none' | 'openWait' | 'buffered'
  /** The order in which settled operations are replayed: as it was recorded, or by the service's timestamps. */
  readonly raceOrder: 'timestamps' | 'recorded'
  /** `pause` and `resume` of an execution. */
  readonly pause: boolean
  /** `cancel` and `terminate` of an execution. */
  readonly cancel: boolean
  /** `ctx.continueAsNew`. */
  readonly continueAsNew: boolean
  /** Listing executions, newest first, by status. */
  readonly list: boolean
  /** Listing executions by search attributes. */
  readonly search: boolean
  /** Starting executions by calendar or interval. */
  readonly schedules: boolean
  /** Named queues with limits. */
  readonly queues: boolean
  /** Child executions. */
  readonly children: boolean
  /** Activities that run on other workers. */
  readonly activities: boolean
  /** Several namespaces in one store. */
  readonly namespaces: boolean
  /** Workers that take only the workflow versions they have. */
  readonly versions: boolean
  /** Asking a running execution for a value. */
  readonly queries: boolean
  /** The key-value store of the step context and the engine. */
  readonly kv: boolean
  /** Writing executions out and reading them in again. */
  readonly exportImport: boolean
  /** Waking other processes without their polling. */
  readonly push: boolean
  readonly limits: CapabilityLimits
}

/** How much of it. */
export interface CapabilityLimits {
  /** The largest encoded value, in bytes. @default 1_048_576 */
  readonly maxPayloadBytes: number
  /** The most operations of one run. A journal of this size still replays within seconds. @default 100_000 */
  readonly maxOperations: number
  /** The most messages that an inbox holds. @default 10_000 */
  readonly maxInboxMessages: number
  /** The shortest wait, in milliseconds. @default 0 */
  readonly minWaitMs: number
  /** The longest wait, in milliseconds. @default 31_622_400_000 (366 days) */
  readonly maxWaitMs: number
}

/** What an adapter writes down: what it leaves out is false, or the least there is. */
export interface CapabilitiesInput extends Partial<Omit<Capabilities, 'adapter' | 'limits'>> {
  readonly adapter: string
  readonly limits?: Partial<CapabilityLimits>
}

/** What a workflow can require and a call can need. */
export type CapabilityName = Exclude<keyof Capabilities, 'adapter' | 'limits'>

const least: Omit<Capabilities, 'adapter' | 'limits'> = {
  transactions: false,
  events: 'none',
  raceOrder: 'timestamps',
  pause: false,
  cancel: false,
  continueAsNew: false,
  list: false,
  search: false,
  schedules: false,
  queues: false,
  children: false,
  activities: false,
  namespaces: false,
  versions: false,
  queries: false,
  kv: false,
  exportImport: false,
  push: false,
}

const defaultLimits: CapabilityLimits = {
  maxPayloadBytes: 1_048_576,
  maxOperations: 100_000,
  maxInboxMessages: 10_000,
  minWaitMs: 0,
  maxWaitMs,
}

/** The values of a capability that is not false or true. */
const grades: Readonly<Record<string, readonly unknown[]>> = {
  events: ['none', 'openWait', 'buffered'],
  raceOrder: ['timestamps', 'recorded'],
}

/** The name of every capability. */
export const capabilityNames: readonly CapabilityName[] = Object.freeze(
  Object.keys(least) as CapabilityName[],
)

/**
 * The full manifest of an adapter.
 *
 * @throws ValidationError for a capability that does not exist and for a value that it does not take.
 *
 * @example
 * ```ts
 * import { capabilities } from '@perdure/core'
 *
 * export const manifest = capabilities({
 *   adapter: 'files',
 *   events: 'buffered',
 *   raceOrder: 'recorded',
 *   limits: { maxPayloadBytes: 65_536 },
 * })
 * ```
 */
export function capabilities(declared: CapabilitiesInput): Capabilities {
  checkOptions(declared, ['adapter', ...capabilityNames, 'limits'], 'capabilities')
  checkOptions(declared.limits, Object.keys(defaultLimits), 'capabilities.limits')
  const manifest = {
    ...least,
    ...declared,
    limits: Object.freeze({ ...defaultLimits, ...declared.limits }),
  }
  if (typeof manifest.adapter !== 'string' || manifest.adapter === '') {
    throw new ValidationError({ field: 'capabilities.adapter', value: manifest.adapter, limit: 'a name' })
  }
  for (const name of capabilityNames) checkGrade(name, manifest[name])
  for (const [name, limit] of Object.entries(manifest.limits)) checkLimit(name, limit)
  return Object.freeze(manifest)
}

/** Whether the adapter has a capability at all; for a graded one, more than the least. */
export function hasCapability(manifest: Capabilities, name: CapabilityName): boolean {
  return capabilityNames.includes(name) && manifest[name] !== least[name]
}

/** @throws UnsupportedOperationError naming adapter and capability, if the adapter does not have it. */
export function requireCapability(manifest: Capabilities, name: CapabilityName): void {
  if (hasCapability(manifest, name)) return
  throw new UnsupportedOperationError({ adapter: manifest.adapter, capability: name })
}

function checkGrade(name: CapabilityName, value: unknown): void {
  const allowed = grades[name] ?? [false, true]
  if (allowed.includes(value)) return
  throw new ValidationError({ field: `capabilities.${name}`, value, limit: `one of ${allowed.join(', ')}` })
}

function checkLimit(name: string, limit: number): void {
  if (Number.isSafeInteger(limit) && limit >= 0) return
  throw new ValidationError({
    field: `capabilities.limits.${name}`,
    value: limit,
    limit: 'a whole number of 0 or more',
  })
}
