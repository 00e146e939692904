import type { ClaimRequest, CommitAnswer, CommitEntry, InboxMessage, RunRecord } from '@perdure/core'
import { entryFor, keyOf } from '../store/builders.js'
import type { StoreTrial } from '../store/store-trial.js'
import { finish, suspend } from '../store/turns.js'
import { drain } from './interleave.js'

/**
 * Holds a run the way an engine does, a call at a time: it knows what its last answer said, reads what is new, and
 * decides again when its decision was stale. The run ends once all messages that it awaits are there.
 */
export class Holder {
  /** The row as this holder knows it. */
  run: RunRecord
  readonly #t: StoreTrial
  readonly #awaits: string[]
  #fetchedSeq: number
  #messages: readonly InboxMessage[] = []

  /** `awaits`: the topics of messages that the run still needs; each is taken out when the run has consumed one. */
  constructor(t: StoreTrial, claimed: RunRecord, awaits: string[] = []) {
    this.#t = t
    this.run = claimed
    this.#awaits = awaits
    this.#fetchedSeq = claimed.inboxBase
  }

  /** Works until it has given the run up, or lost it. */
  async *work(): AsyncGenerator<undefined, void, undefined> {
    for (;;) {
      if (this.#fetchedSeq < this.run.inboxSeq) {
        await this.#fetch()
        yield
      }
      const { kind } = await this.commit(this.#decide())
      if (kind !== 'stale') return
      yield
    }
  }

  async commit(turn: Partial<CommitEntry>): Promise<CommitAnswer> {
    const seen = { inboxSeq: this.#fetchedSeq, controlSeq: this.run.control.seq }
    const entry = entryFor(this.run, { seen, ...turn })
    const answer = await this.#t.commit(this.run, entry)
    if (answer.kind === 'fenced' || answer.kind === 'rejected') return answer
    const { inboxSeq, control } = answer
    this.run = { ...this.run, inboxSeq, control }
    if (answer.kind === 'stale') return answer
    const applied = { nonce: entry.fence.nonce, commitSeq: entry.commitSeq }
    this.run = { ...this.run, applied, counters: entry.counters }
    for (const { operationId } of entry.consumed)
      this.#awaits.splice(this.#awaits.indexOf(operationId ?? ''), 1)
    return answer
  }

  async #fetch(): Promise<void> {
    const { inboxSeq } = this.run
    this.#messages = await this.#t.pending(this.run)
    this.#fetchedSeq = inboxSeq
  }

  #decide(): Partial<CommitEntry> {
    const { found, missing } = this.#match()
    const consumed = found.map(({ inboxSeq, topic }) => ({ inboxSeq, operationId: topic }))
    const ending = this.#ending()
    if (ending !== null) return { turn: finish(ending) }
    if (missing.length > 0) return { turn: suspend(missing), consumed }
    return { turn: finish(), consumed }
  }

  /** An accepted cancel goes before a deadline, recorded or passed. */
  #ending(): RunRecord['decided'] {
    const { control, decided } = this.run
    if (control.cancel !== null) return 'CANCELLED'
    const isOutOfTime = control.deadlineAt !== null && control.deadlineAt <= this.#t.clock.now()
    return isOutOfTime ? 'TIMED_OUT' : decided
  }

  /** Which message is for which wait: each takes the first of its topic. */
  #match(): { readonly found: readonly InboxMessage[]; readonly missing: readonly string[] } {
    const left = [...this.#messages]
    const found: InboxMessage[] = []
    const missing: string[] = []
    for (const awaited of this.#awaits) {
      const index = left.findIndex(({ topic }) => topic === awaited)
      if (index < 0) missing.push(awaited)
      else found.push(...left.splice(index, 1))
    }
    return { found, missing }
  }
}

/** Whoever comes by takes the run and works on it, as often as it is due. Returns the row as it then stands. */
export async function attend(
  t: StoreTrial,
  run: RunRecord,
  awaits: string[] = [],
  worker: Partial<ClaimRequest> = {},
): Promise<RunRecord> {
  const { namespace, queue } = run
  for (let round = 0; round < 10; round += 1) {
    const [claimed] = await t.claim({ namespace, queues: [queue], ...worker })
    if (claimed === undefined) return t.newest(keyOf(run))
    await drain(new Holder(t, claimed, awaits).work())
  }
  throw new Error(`Run ${run.executionId} is due again and again and makes no progress`)
}
