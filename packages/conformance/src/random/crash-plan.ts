import fc, { type Arbitrary } from 'fast-check'
import { maxDeaths, maxFaults, maxReplacements } from './grid.js'

/** What goes wrong around a write. */
export type WriteFault =
  /** The process dies before it is applied. */
  | 'crashBefore'
  /** The process dies after it is applied. */
  | 'crashAfter'
  /** It is not applied, and the caller is told to try again. */
  | 'failed'
  /** It is applied, and the caller is told to try again. */
  | 'answerLost'

/** How a process makes room for another one. */
export type Replacement =
  | 'killed'
  /** In order: it gives up what it holds. */
  | 'shutDown'
  /** Killed, and missing at the next instants: much is overdue when another one comes. */
  | 'missing'

/** What goes wrong while a program runs. */
export interface CrashPlan {
  /** No live function is kept: every suspension is followed by a replay. */
  readonly evicts: boolean
  readonly faults: readonly { readonly write: number; readonly fault: WriteFault }[]
  /** Numbers of bodies, by the order in which they begin, that take their process with them. */
  readonly deaths: readonly number[]
  /** Processes that are replaced while nothing goes on. */
  readonly replacements: readonly { readonly instant: number; readonly how: Replacement }[]
}

export const noCrash: CrashPlan = { evicts: false, faults: [], deaths: [], replacements: [] }

const writeFaults: readonly WriteFault[] = ['crashBefore', 'crashAfter', 'failed', 'answerLost']

export function crashPlans(): Arbitrary<CrashPlan> {
  return fc.record({
    evicts: fc.boolean(),
    faults: fc.array(fc.record({ write: fc.nat({ max: 999 }), fault: fc.constantFrom(...writeFaults) }), {
      maxLength: maxFaults,
    }),
    deaths: fc.array(fc.nat({ max: 999 }), { maxLength: maxDeaths }),
    replacements: fc.array(
      fc.record({
        instant: fc.nat({ max: 15 }),
        how: fc.constantFrom<Replacement[]>('killed', 'killed', 'shutDown', 'shutDown', 'missing'),
      }),
      { maxLength: maxReplacements },
    ),
  })
}

/** The same plan with numbers of writes and bodies that the run comes by: they are a little more than without faults. */
export function aimed(
  plan: CrashPlan,
  { writeCount, bodyCount }: { readonly writeCount: number; readonly bodyCount: number },
): CrashPlan {
  const faults = plan.faults.map(({ write, fault }) => ({ write: 1 + (write % (writeCount + 2)), fault }))
  const deaths = plan.deaths.map((body) => 1 + (body % (bodyCount + 2)))
  return { ...plan, faults, deaths }
}

export function printPlan({ evicts, faults, deaths, replacements }: CrashPlan): string {
  const lines = [
    ...(evicts ? ['every suspension is followed by a replay'] : []),
    ...faults.map(({ write, fault }) => `write ${write}: ${fault}`),
    ...deaths.map((body) => `body ${body} takes its process with it`),
    ...replacements.map(({ instant, how }) => `before instant ${instant}: the process is ${how}`),
  ]
  return lines.join('\n')
}

/** True if what happens may come later than without faults. */
export function isLate({ replacements }: CrashPlan): boolean {
  return replacements.some(({ how }) => how === 'missing')
}
