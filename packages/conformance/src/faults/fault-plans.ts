import { randomUUID } from 'node:crypto'
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
  /** The same seed and the same calls give the same faults. @default drawn again */
  readonly seed?: string
  /** Where the seed is printed, so that what it found can be found again. @default console.log */
  readonly print?: (line: string) => void
  /** From 0 (never) to 1 (every call). */
  readonly probability: number
  /** One of these is drawn. */
  readonly faults: readonly Fault[]
  /** @default every verb */
  readonly verbs?: readonly StoreVerb[]
}

/** Faults by chance. */
export function randomFaults({
  seed = randomUUID(),
  print = console.log,
  probability,
  faults,
  verbs,
}: RandomFaultOptions): FaultPlan {
  print(`Faults are drawn with the seed ${seed}.`)
  const random = seededRandom(seed)
  return ({ verb }) => {
    if (verbs !== undefined && !verbs.includes(verb)) return undefined
    if (random.next() >= probability) return undefined
    return faults[Math.floor(random.next() * faults.length)]
  }
}
