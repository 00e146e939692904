import { applyUpdate, type Clock, isSettled, type Journal, type JournalListener } from '@perdure/core'
import { overlay } from './overlay.js'

/** What passes between a pass and its journal. */
export interface JournalCall {
  /** What the pass asks for; `announce`: the journal says that an operation stands differently. */
  readonly verb: 'record' | 'flush' | 'idle' | 'finish' | 'block' | 'announce'
  /** How many there have been of any verb, this one included. */
  readonly callNo: number
  /** How many there have been of this verb, this one included. */
  readonly verbNo: number
  /** The operation that an update or an announcement is about. */
  readonly operationId: string | undefined
}

/** What goes wrong. */
export type JournalFault =
  /** What is asked for is not done, and the pass is dropped: somebody else holds the run. */
  | { readonly kind: 'failBefore' }
  /** What is asked for is done, and the pass is dropped before it hears of it. */
  | { readonly kind: 'failAfter' }
  /** An announcement, and with it all that follow, comes later. */
  | { readonly kind: 'delay'; readonly delayMs: number }
  /** An announcement comes twice. */
  | { readonly kind: 'duplicate' }
  /** An announcement comes after the next one. A journal must not do that: it is what a test of a test is for. */
  | { readonly kind: 'reorder' }

/** What suffers what. Asked once for everything that passes. */
export type JournalFaultPlan = (call: JournalCall) => JournalFault | undefined

export interface JournalFaultHost {
  /** For delays. */
  readonly clock: Clock
  /** Called when the pass was dropped: another pass may take the run over. @default nothing */
  readonly lost?: () => void
}

/**
 * A journal to which things happen according to a plan.
 *
 * @example
 * ```ts
 * import { injectJournalFaults, VirtualClock } from '@perdure/conformance/faults'
 * import { type Journal, type PassOptions, type RunnableWorkflow, runWorkflow } from '@perdure/core'
 *
 * export function runUntilThirdUpdate(workflow: RunnableWorkflow, options: PassOptions): void {
 *   const journal: Journal = injectJournalFaults(
 *     options.journal,
 *     ({ verb, verbNo }) => (verb === 'record' && verbNo === 3 ? { kind: 'failAfter' } : undefined),
 *     { clock: new VirtualClock() },
 *   )
 *   runWorkflow(workflow, { ...options, journal })
 * }
 * ```
 */
export function injectJournalFaults(
  journal: Journal,
  plan: JournalFaultPlan,
  { clock, lost = () => {} }: JournalFaultHost,
): Journal {
  const count = counting(plan)
  let listener: JournalListener | undefined
  const drop = (): void => {
    const pass = listener
    if (pass === undefined) return
    listener = undefined
    pass.dropped('LEASE_LOST')
    lost()
  }
  const ask = (verb: JournalCall['verb'], act: () => void): void => {
    if (listener === undefined) return
    const fault = count(verb)
    if (fault?.kind !== 'failBefore') act()
    if (fault?.kind === 'failBefore' || fault?.kind === 'failAfter') drop()
  }
  return overlay<Journal>(journal, {
    mayStart: (hasBegun) => listener !== undefined && journal.mayStart(hasBegun),
    record: (update) => {
      const fault = count('record', update.operationId)
      if (listener === undefined || fault?.kind === 'failBefore') {
        drop()
        return applyUpdate(journal.lookup(update.operationId), update, journal.now(), nowhere)
      }
      const operation = journal.record(update)
      if (fault?.kind === 'failAfter') drop()
      return operation
    },
    attach: (pass) => {
      listener = pass
      const announce = announcing(count, clock, () => listener)
      journal.attach({
        changed: announce,
        resumed: () => listener?.resumed(),
        suspended: (hasGoneOn) => listener?.suspended(hasGoneOn),
        stale: () => listener?.stale(),
        dropped: (reason) => {
          const told = listener
          listener = undefined
          told?.dropped(reason)
        },
      })
    },
    flush: () => ask('flush', () => journal.flush()),
    idle: (isDelayed) => ask('idle', () => journal.idle(isDelayed)),
    finish: (ending) => ask('finish', () => journal.finish(ending)),
    block: (why) => ask('block', () => journal.block(why)),
  })
}

type Count = (verb: JournalCall['verb'], operationId?: string) => JournalFault | undefined

function counting(plan: JournalFaultPlan): Count {
  const verbNos = new Map<JournalCall['verb'], number>()
  let callNo = 0
  return (verb, operationId) => {
    callNo += 1
    const verbNo = (verbNos.get(verb) ?? 0) + 1
    verbNos.set(verb, verbNo)
    return plan({ verb, callNo, verbNo, operationId })
  }
}

/** Tells the pass of operations, in the order of the journal unless the plan says otherwise. */
function announcing(
  count: Count,
  clock: Clock,
  listener: () => JournalListener | undefined,
): JournalListener['changed'] {
  let isWaiting = false
  let queue: (() => void)[] = []
  let overtaken: (() => void) | undefined
  const deliver = (tell: () => void): void => {
    if (isWaiting) queue.push(tell)
    else tell()
  }
  const goOn = (): void => {
    const waited = queue
    isWaiting = false
    queue = []
    for (const tell of waited) tell()
  }
  return (operation) => {
    const fault = count('announce', operation.operationId)
    const tell = (): void => listener()?.changed(operation)
    if (fault?.kind === 'reorder' && overtaken === undefined && isSettled(operation.status)) {
      overtaken = tell
      return
    }
    if (fault?.kind === 'delay') {
      isWaiting = true
      clock.schedule(fault.delayMs, goOn)
    }
    deliver(tell)
    if (fault?.kind === 'duplicate') deliver(tell)
    if (overtaken !== undefined) deliver(overtaken)
    overtaken = undefined
  }
}

/** Numbers for an operation that is recorded nowhere. */
const nowhere = { nextStartSeq: (): number => 0, nextSettleSeq: (): number => 0 }
