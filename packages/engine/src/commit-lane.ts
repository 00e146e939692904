import {
  type ClaimAnswer,
  type ClaimRequest,
  type Clock,
  type CommitAnswer,
  type CommitEntry,
  captureHome,
  type EncodedValue,
  type EnterContext,
  type ErrorObject,
  isDurableError,
  type Store,
} from '@perdure/core'
import { inGroups, later } from './later.js'

interface Waiting {
  readonly entry: CommitEntry
  /** By the monotonic clock: after this, trying again is for the next holder. */
  readonly deadline: number
  readonly resolve: (answer: CommitAnswer) => void
  readonly reject: (error: unknown) => void
}

interface WaitingClaim {
  readonly request: ClaimRequest
  readonly resolve: (answer: ClaimAnswer) => void
  readonly reject: (error: unknown) => void
}

/** Bounds of one batch; one entry above them goes alone. */
const maxRows = 2_000
const maxBytes = 4 * 1024 * 1024
/** So often a group is tried again as a whole after an error that says nothing, before each of it is tried alone. */
const mostTogether = 2

/**
 * Group commit: the turns of all runs in the process, and a claim if one is asked for, travel together.
 *
 * A group is what was submitted while the group before it was on its way, or within the same turn of the event loop.
 * **Nothing is answered before the store has said it is durable.** A failure that may pass is tried again as a whole,
 * which is harmless: the store recognises a turn that it has applied.
 */
export class CommitLane {
  readonly #store: Store
  readonly #clock: Clock
  /** Of no run: a group belongs to all that are in it. */
  readonly #enterHome: EnterContext = captureHome()
  #waiting: Waiting[] = []
  #claims: WaitingClaim[] = []
  #isScheduled = false
  #isSending = false

  constructor(store: Store, clock: Clock) {
    this.#store = store
    this.#clock = clock
  }

  commit(entry: CommitEntry, deadline: number): Promise<CommitAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ entry, deadline, resolve, reject })
      this.#schedule()
    })
  }

  claim(request: ClaimRequest): Promise<ClaimAnswer> {
    return new Promise((resolve, reject) => {
      this.#claims.push({ request, resolve, reject })
      this.#schedule()
    })
  }

  #schedule(): void {
    if (this.#isScheduled || this.#isSending) return
    this.#isScheduled = true
    this.#enterHome(() => {
      later(() => {
        this.#isScheduled = false
        void this.#send()
      })
    })
  }

  async #send(): Promise<void> {
    this.#isSending = true
    const waiting = this.#waiting
    const claims = this.#claims
    this.#waiting = []
    this.#claims = []
    const groups = inGroups(waiting, weigh, { maxRows, maxBytes })
    const last = groups.pop() ?? []
    for (const group of groups) await this.#sendGroup(group, undefined)
    const [first, ...others] = claims
    await this.#sendGroup(last, first)
    for (const claim of others) await this.#sendGroup([], claim)
    this.#isSending = false
    if (this.#waiting.length > 0 || this.#claims.length > 0) this.#schedule()
  }

  async #sendGroup(group: readonly Waiting[], claim: WaitingClaim | undefined): Promise<void> {
    try {
      await this.#retrying(group, () => this.#call(group, claim))
    } catch (error) {
      if (!saysTryAgain(error) && group.length + (claim === undefined ? 0 : 1) > 1)
        return this.#sendApart(group, claim)
      for (const { reject } of group) reject(error)
      claim?.reject(error)
    }
  }

  /** One of them is at fault, and nobody knows which: each goes alone, and none waits for another. */
  #sendApart(group: readonly Waiting[], claim: WaitingClaim | undefined): void {
    for (const waiting of group) void this.#sendGroup([waiting], undefined)
    if (claim !== undefined) void this.#sendGroup([], claim)
  }

  async #call(group: readonly Waiting[], claim: WaitingClaim | undefined): Promise<void> {
    if (group.length === 0) {
      if (claim !== undefined) claim.resolve(await this.#store.claim(claim.request))
      return
    }
    const entries = group.map(({ entry }) => entry)
    const reply = await this.#store.commit(
      claim === undefined ? { entries } : { entries, claim: claim.request },
    )
    group.forEach(({ resolve, reject }, index) => {
      const answer = reply.answers[index]
      if (answer === undefined) reject(new Error('The store gave fewer answers than it was given entries.'))
      else resolve(answer)
    })
    if (reply.claim !== undefined) claim?.resolve(reply.claim)
    else claim?.reject(new Error('The store gave no answer to the claim.'))
  }

  /** Try again what may pass, with a growing delay, for as long as any lease in the group lasts. */
  async #retrying(group: readonly Waiting[], run: () => Promise<void>): Promise<void> {
    for (let attempt = 0; ; attempt += 1) {
      try {
        return await run()
      } catch (error) {
        const deadline = Math.max(...group.map((each) => each.deadline))
        const delayMs = Math.min(1_000, 10 * 2 ** attempt) * (0.5 + Math.random() / 2)
        const isWorthwhile =
          group.length > 0 && isPassing(error) && this.#clock.monotonic() + delayMs < deadline
        const isWholeAtFault = group.length < 2 || saysTryAgain(error) || attempt < mostTogether
        if (!isWorthwhile || !isWholeAtFault) throw error
        await new Promise<void>((resolve) => this.#clock.schedule(delayMs, resolve))
      }
    }
  }
}

/** Whether trying again is sensible. What the store says nothing of may have been applied: also try. */
function isPassing(error: unknown): boolean {
  return saysTryAgain(error) || !isDurableError(error)
}

/** Whether the store says that it is at fault itself, and not what it was given. */
export function saysTryAgain(error: unknown): boolean {
  if (isDurableError(error, 'STORE_BUSY')) return true
  return isDurableError(error, 'STORE_FAILED') && error.details['retryable'] === true
}

function weigh({ entry }: Waiting): { readonly rows: number; readonly bytes: number } {
  const { operations, children, messages, turn } = entry
  let bytes = 200
  if (turn.kind === 'finish') bytes += weightOf(turn.output, turn.error)
  if (turn.kind === 'continueAsNew') bytes += weightOf(turn.input, null)
  for (const { value, error } of operations) bytes += 200 + weightOf(value, error)
  for (const { input } of children) bytes += 500 + weightOf(input, null)
  for (const { message } of messages) bytes += 200 + weightOf(message.value, message.error)
  return { rows: 1 + operations.length + children.length + messages.length, bytes }
}

/** Roughly: a bound on a batch need not be exact. */
function weightOf(value: EncodedValue | null, error: ErrorObject | null): number {
  return (value?.data.length ?? 0) + (error?.message.length ?? 0) + (error?.stack?.length ?? 0)
}
