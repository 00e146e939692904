import type {
  AcquireAnswer,
  ClaimAnswer,
  CommitAnswer,
  CommitReply,
  ExecutionKey,
  HoldAnswer,
  RunKey,
} from '@perdure/core'
import type { StoreCall } from '../faults/intercept-store.js'
import type { ProbedRows } from './store-under-test.js'

/**
 * Which instants the holders of runs were told, and which of them before a message was sent. **Such a message is received
 * after what was told**: else a timer that its holder has announced would be overtaken.
 */
export class ToldTimes {
  /** By execution and number of the run. */
  readonly #told = new Map<string, ReadonlyMap<number, number>>()
  /** By message: what had been told when it was sent. */
  readonly #before = new Map<string, ReadonlyMap<number, number>>()

  /** What has been told by now of an execution: whatever is sent from now on is received later. */
  toldOf(execution: ExecutionKey): ReadonlyMap<number, number> {
    return this.#told.get(nameOf(execution)) ?? new Map()
  }

  noteMessage(execution: ExecutionKey, inboxSeq: number, told: ReadonlyMap<number, number>): void {
    this.#before.set(`${nameOf(execution)} ${inboxSeq}`, told)
  }

  /** Notes the time in an answer that was just given. */
  note({ verb, request }: StoreCall, answer: unknown): void {
    // Verb, request and answer belong together, which the types of an interceptor cannot say.
    if (verb === 'claim') this.#noteClaim(answer as ClaimAnswer)
    if (verb === 'acquire') {
      const acquired = answer as AcquireAnswer
      if (acquired.kind === 'acquired') this.#tell(acquired.run, acquired.now)
    }
    if (verb === 'commit') {
      const { answers, claim } = answer as CommitReply
      if (claim !== undefined) this.#noteClaim(claim)
      for (const [index, { key }] of request.entries.entries()) this.#noteCommit(key, answers[index])
    }
    if (verb === 'renew') {
      const answers = answer as readonly HoldAnswer[]
      request.holdings.forEach(({ key }, index) => {
        const renewed = answers[index]
        if (renewed?.kind === 'renewed') this.#tell(key, renewed.now)
      })
    }
  }

  /** Messages that overtake what their run's holder was told, a sentence each. */
  overtakenIn({ inbox }: ProbedRows): readonly string[] {
    return inbox.flatMap((message) => {
      const { inboxSeq, lifeNo, receivedAt } = message
      const told = [...(this.#before.get(`${nameOf(message)} ${inboxSeq}`) ?? [])]
      // A new life knows nothing of the times that earlier ones were told.
      const isOvertaking = told.some(([runNo, at]) => runNo >= lifeNo && receivedAt <= at)
      const name = JSON.stringify([message.namespace, message.executionId, inboxSeq])
      return isOvertaking
        ? [`message ${name} is received before what a holder was told when it was sent`]
        : []
    })
  }

  #noteClaim({ claimed, now }: ClaimAnswer): void {
    for (const { run } of claimed) this.#tell(run, now)
  }

  #noteCommit(key: RunKey, answer: CommitAnswer | undefined): void {
    if (answer === undefined || !('now' in answer)) return
    // Who holds the run no longer has no timers of it.
    if (answer.kind === 'duplicate' && answer.leaseUntil === null) return
    this.#tell(key, answer.now)
  }

  #tell(key: RunKey, now: number): void {
    const told = this.#told.get(nameOf(key))
    const at = Math.max(now, told?.get(key.runNo) ?? now)
    this.#told.set(nameOf(key), new Map([...(told ?? []), [key.runNo, at]]))
  }
}

function nameOf({ namespace, executionId }: ExecutionKey): string {
  return JSON.stringify([namespace, executionId])
}
