import { setTimeout as delay } from 'node:timers/promises'
import type { Disturbance } from './disturbance-plan.js'
import type { Fleet } from './fleet.js'

/** Does to the fleet what the plan says, until it is through; then nothing is frozen any more. */
export async function disturb(
  fleet: Fleet,
  plan: readonly Disturbance[],
  signal: AbortSignal,
): Promise<void> {
  const beganAt = performance.now()
  const thawing: Promise<void>[] = []
  for (const disturbance of plan) {
    await delay(Math.max(0, disturbance.atMs - (performance.now() - beganAt)), undefined, { signal })
    thawing.push(apply(fleet, disturbance))
  }
  await Promise.all(thawing)
}

async function apply(fleet: Fleet, disturbance: Disturbance): Promise<void> {
  const pick = <Each>(among: readonly Each[]): Each | undefined =>
    among[Math.floor(disturbance.target * among.length)]
  switch (disturbance.kind) {
    case 'kill':
      return pick(fleet.workers)?.kill()
    case 'freeze': {
      const worker = pick(fleet.workers)
      if (worker?.freeze() !== true) return
      await delay(disturbance.forMs)
      return worker.thaw()
    }
    case 'unplug':
      return pick(fleet.workers)?.unplug(disturbance.forMs)
    case 'poison':
      return pick(fleet.clients)?.tell({ kind: 'begin', runKind: 'poison' })
    case 'damage':
      return pick(fleet.clients)?.tell({ kind: 'begin', runKind: 'damaged' })
  }
}
