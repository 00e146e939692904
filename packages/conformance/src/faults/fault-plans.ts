import { seededRandom } from '@perdure/core'
import type { Fault, FaultPlan } from './fault.js'
import type { StoreVerb } from './intercept-store.js'

/** One fault, at the n-th call of any verb. */
export function atCall(callNo: number, fault: Fault): FaultPlan {
  return (call) => (call.callNo === callNo ? fault : undefined)
}

/** One fault, at the n-th call of a verb. */
export function atVerb(verb: StoreVerb, verbNo: number, fault: Fault): FaultPlan {
  return (call) => (call.verb === verb && call.verbNo === verbNo ? fault : undefined)
}

export interface RandomFaultOptions {
  /** The same seed and the same calls give the same faults. Print it with every failure. */
  readonly seed: string
  /** From 0 (never) to 1 (every call). */
  readonly probability: number
  /** One of these is drawn. */
  readonly faults: readonly Fault[]
  /** @default every verb */
  readonly verbs?: readonly StoreVerb[]
}

/** Faults by chance. */
export function randomFaults({ seed, probability, faults, verbs }: RandomFaultOptions): FaultPlan {
  const random = seededRandom(seed)
  return ({ verb }) => {
    if (verbs !== undefined && !verbs.includes(verb)) return undefined
    if (random.next() >= probability) return undefined
    return faults[Math.floor(random.next() * faults.length)]
  }
}
