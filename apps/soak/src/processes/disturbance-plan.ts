import { seededRandom } from '@perdure/core'
import { calmMs, leaseMs, stormMs } from '../settings.js'
import type { Orders } from './messages.js'

/** Something that is done to the fleet, so long after the load began. `target` picks a process and is in [0, 1). */
export type Disturbance = { readonly atMs: number; readonly target: number } & (
  | { readonly kind: 'kill' }
  | { readonly kind: 'freeze'; readonly forMs: number }
  /** Its calls of the store are held up. */
  | { readonly kind: 'unplug'; readonly forMs: number }
  /** A run is started that kills whoever runs it. */
  | { readonly kind: 'poison' }
  /** A run is started whose row will be broken. */
  | { readonly kind: 'damage' }
)

const betweenMs = 800
const damagesPerStorm = 3
/** Poison in every fourth storm: it takes workers down until it is set aside. */
const stormsPerPoison = 4
const poisonsPerStorm = 2

export type PlanOptions = Pick<Orders, 'seed' | 'without'>

/** Shares of what is done to workers. */
interface Mixture {
  readonly kill: number
  readonly freeze: number
}

const mixed: Mixture = { kill: 0.45, freeze: 0.25 }
/** What a fence is for shows only where writes arrive after their lease. */
const heldUp: Mixture = { kill: 0.1, freeze: 0 }

/** Storm, calm, storm, calm …, in the order of time; the same for the same seed. */
export function disturbancePlan(durationMs: number, { seed, without }: PlanOptions): readonly Disturbance[] {
  const plan: Disturbance[] = []
  for (let storm = 0; storm * (stormMs + calmMs) < durationMs; storm += 1)
    plan.push(...stormPlan(storm, seed, without === 'fence' ? heldUp : mixed))
  return plan.filter(({ atMs }) => atMs < durationMs).sort((one, other) => one.atMs - other.atMs)
}

function stormPlan(storm: number, seed: number, { kill, freeze }: Mixture): readonly Disturbance[] {
  const random = seededRandom(`${seed}/storm ${storm}`)
  const beginsAt = storm * (stormMs + calmMs)
  const within = (fromMs: number, toMs: number): number => fromMs + random.next() * (toMs - fromMs)
  const plan: Disturbance[] = []
  const isPoisoned = storm % stormsPerPoison === 0
  for (let count = 0; isPoisoned && count < poisonsPerStorm; count += 1) {
    plan.push({ kind: 'poison', atMs: beginsAt + within(300, 1_500), target: random.next() })
  }
  for (let count = 0; count < damagesPerStorm; count += 1) {
    plan.push({ kind: 'damage', atMs: beginsAt + within(0, stormMs), target: random.next() })
  }
  // Whatever is done is over before the calm.
  for (let atMs = betweenMs; atMs < stormMs; atMs += within(0.5, 1.5) * betweenMs) {
    const target = random.next()
    const chance = random.next()
    const kind = chance < kill ? 'kill' : chance < kill + freeze ? 'freeze' : 'unplug'
    // Long enough for the lease to be over; with calls held up, short enough for the next holder to be in the middle.
    const longestMs = (kind === 'freeze' ? 2.5 : 1.6) * leaseMs
    const isShort = random.next() < 0.3
    const forMs = Math.min(isShort ? within(100, leaseMs) : within(1.05 * leaseMs, longestMs), stormMs - atMs)
    plan.push({ atMs: beginsAt + atMs, target, ...(kind === 'kill' ? { kind } : { kind, forMs }) })
  }
  return plan
}
