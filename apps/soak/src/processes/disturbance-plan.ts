import { seededRandom } from '@perdure/core'
import { calmMs, leaseMs, stormMs } from '../settings.js'

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

const betweenMs = 1_000
const damagesPerStorm = 3
/** Poison in every fourth storm: each takes some workers down before it is set aside. */
const stormsPerPoison = 4

/** Storm, calm, storm, calm …, in the order of time; the same for the same seed. */
export function disturbancePlan(durationMs: number, seed: number): readonly Disturbance[] {
  const plan: Disturbance[] = []
  for (let storm = 0; storm * (stormMs + calmMs) < durationMs; storm += 1)
    plan.push(...stormPlan(storm, seed))
  return plan.filter(({ atMs }) => atMs < durationMs).sort((one, other) => one.atMs - other.atMs)
}

function stormPlan(storm: number, seed: number): readonly Disturbance[] {
  const random = seededRandom(`${seed}/storm ${storm}`)
  const beginsAt = storm * (stormMs + calmMs)
  const within = (fromMs: number, toMs: number): number => fromMs + random.next() * (toMs - fromMs)
  const plan: Disturbance[] = []
  const isPoisoned = storm % stormsPerPoison === 0
  if (isPoisoned) {
    plan.push({ kind: 'poison', atMs: beginsAt + within(300, 1_500), target: random.next() })
    plan.push({ kind: 'poison', atMs: beginsAt + within(300, 1_500), target: random.next() })
  }
  for (let count = 0; count < damagesPerStorm; count += 1) {
    plan.push({ kind: 'damage', atMs: beginsAt + within(0, stormMs), target: random.next() })
  }
  // What is frozen is thawed before the calm.
  const longestFreezeMs = 2.5 * leaseMs
  for (let atMs = betweenMs; atMs < stormMs; atMs += within(0.5, 1.5) * betweenMs) {
    const target = random.next()
    const forMs = Math.min(
      random.next() < 0.4 ? within(100, leaseMs) : within(leaseMs, longestFreezeMs),
      stormMs - atMs,
    )
    const kind = random.next()
    if (kind < 0.45) plan.push({ kind: 'kill', atMs: beginsAt + atMs, target })
    else plan.push({ kind: kind < 0.7 ? 'freeze' : 'unplug', atMs: beginsAt + atMs, target, forMs })
  }
  return plan
}
