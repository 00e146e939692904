import type {
  AppendAnswer,
  ClaimRequest,
  CommitAnswer,
  CommitEntry,
  ControlAction,
  ControlAnswer,
  CreateAnswer,
  ExecutionKey,
  InboxMessage,
  NewMessage,
  NewRun,
  OperationRecord,
  ReadKey,
  RunKey,
  RunRecord,
  RunTarget,
  Store,
} from '@perdure/core'
import { expect } from 'vitest'
import type { Requirement } from '../requirement.js'
import type { VirtualClock } from '../virtual-clock.js'
import { claimRequest, entryFor, executionOf, newRun, unique } from './builders.js'
import type { Damage, ProbedRows, StoreUnderTest } from './store-under-test.js'

export type StoreRequirement = Requirement<StoreTrial>

/** One store in one requirement: its verbs, a line each, for the case of one entry. */
export class StoreTrial {
  readonly store: Store
  readonly clock: VirtualClock
  readonly #subject: StoreUnderTest

  constructor(subject: StoreUnderTest, clock: VirtualClock) {
    this.store = subject.store
    this.clock = clock
    this.#subject = subject
  }

  /** A second handle on the same data; the first one again, if the store has no second. */
  async another(): Promise<Store> {
    const store = await this.#subject.another?.()
    await store?.open()
    return store ?? this.store
  }

  /** A second handle that may not be open yet; null if the store has no second. */
  async unopened(): Promise<Store | null> {
    return (await this.#subject.another?.()) ?? null
  }

  /** True if rows can be damaged here. */
  get canDamage(): boolean {
    return this.#subject.damage !== undefined
  }

  /** Makes a row of a run unreadable; returns how to mend it. */
  async damage({ namespace, executionId, runNo }: RunKey, what: Damage): Promise<() => Promise<void>> {
    if (this.#subject.damage === undefined) throw new Error('Nothing can be damaged here')
    return this.#subject.damage({ namespace, executionId, runNo }, what)
  }

  /** All rows there are, read past the store. */
  async rows(): Promise<ProbedRows> {
    return this.#subject.probe()
  }

  async create(wanted: NewRun): Promise<CreateAnswer> {
    return only(await this.store.create([wanted]))
  }

  /** Creates a run and reads it back. */
  async start(overrides: Partial<NewRun> = {}): Promise<RunRecord> {
    const wanted = newRun(overrides)
    const answer = await this.create(wanted)
    expect(answer).toMatchObject({ kind: 'created' })
    return this.newest(wanted)
  }

  /** Claims and returns what was leased. */
  async claim(overrides: Partial<ClaimRequest> = {}): Promise<readonly RunRecord[]> {
    const { claimed } = await this.store.claim(claimRequest(overrides))
    return claimed.map(({ run }) => run)
  }

  /** Starts a run in a queue of its own and claims it there. */
  async hold(overrides: Partial<NewRun> = {}): Promise<RunRecord> {
    return this.reclaim(await this.start({ queue: unique('queue'), ...overrides }))
  }

  /** Claims a run that is due, alone in its queue. */
  async reclaim(run: RunRecord, overrides: Partial<ClaimRequest> = {}): Promise<RunRecord> {
    const { namespace, queue, workflow, version } = run
    const pairs = [{ workflow, version, build: 'build-1' }]
    return only(await this.claim({ namespace, queues: [queue], pairs, ...overrides }))
  }

  /** Commits a turn of whoever holds the run as it stands in `run`. */
  async commit(run: RunRecord, overrides: Partial<CommitEntry> = {}): Promise<CommitAnswer> {
    return only(await this.commitAll([entryFor(run, overrides)]))
  }

  async commitAll(entries: readonly CommitEntry[]): Promise<readonly CommitAnswer[]> {
    return (await this.store.commit({ entries })).answers
  }

  /** Commits a turn that must be applied, and reads the row back. */
  async apply(run: RunRecord, overrides: Partial<CommitEntry> = {}): Promise<RunRecord> {
    expect(await this.commit(run, overrides)).toMatchObject({ kind: 'applied' })
    return this.row(run)
  }

  async send(key: ExecutionKey, message: NewMessage, target?: RunTarget): Promise<AppendAnswer> {
    const to = executionOf(key)
    return only(await this.store.append([target === undefined ? { to, message } : { to, message, target }]))
  }

  async ask(key: ExecutionKey, action: ControlAction, target?: RunTarget): Promise<ControlAnswer> {
    const request = { ...executionOf(key), action }
    return only(await this.store.control([target === undefined ? request : { ...request, target }]))
  }

  /** The row of this very run as it stands now. */
  async row({ namespace, executionId, runNo }: RunKey): Promise<RunRecord> {
    return this.#read({ namespace, executionId, runNo })
  }

  /** The row of the newest run as it stands now. */
  async newest({ namespace, executionId }: ExecutionKey): Promise<RunRecord> {
    return this.#read({ namespace, executionId })
  }

  /** All that `load` shows of a journal, in the order in which it was started, and in how many pages. */
  async journal(
    { namespace, executionId, runNo }: RunKey,
    { limit = 1_000, everything = false }: { readonly limit?: number; readonly everything?: boolean } = {},
  ): Promise<readonly OperationRecord[]> {
    const rows: OperationRecord[] = []
    let cursor: string | null = null
    do {
      const more: { cursor?: string } = cursor === null ? {} : { cursor }
      const page = await this.store.load({ namespace, executionId, runNo, limit, everything, ...more })
      expect(page.operations.length).toBeLessThanOrEqual(limit)
      rows.push(...page.operations)
      cursor = page.cursor
    } while (cursor !== null)
    return rows.sort((a, b) => a.startSeq - b.startSeq)
  }

  /** The messages that a run has not consumed. */
  async pending({ namespace, executionId, runNo }: RunKey): Promise<readonly InboxMessage[]> {
    const { inbox } = await this.rows()
    const own = inbox.filter((each) => each.namespace === namespace && each.executionId === executionId)
    const topics = [...new Set(own.map(({ topic }) => topic))].map((topic) => ({
      topic,
      after: 0,
      limit: 1_000,
    }))
    const request = { namespace, executionId, runNo, topics, maxBytes: Number.MAX_SAFE_INTEGER }
    const { messages } = await this.store.messages(request)
    return [...messages].sort((a, b) => a.inboxSeq - b.inboxSeq)
  }

  /** Relays until nothing remains; returns how many requests were accepted. */
  async relayAll(): Promise<number> {
    let applied = 0
    for (let calls = 0; calls < mostRelays; calls += 1) {
      const answer = await this.store.relay({ limit: 100 })
      applied += answer.applied
      if (!answer.remaining) return applied
    }
    throw new Error(`After ${mostRelays} calls of relay something still remains to be done`)
  }

  async #read(key: ReadKey): Promise<RunRecord> {
    const row = only(await this.store.read([key]))
    if (row === null) throw new Error(`There is no run ${JSON.stringify(key)}`)
    return row
  }
}

/** More calls than any requirement leaves to do: who needs more goes round in a circle. */
const mostRelays = 1_000

/** The answer to a batch of one. */
function only<Answer>(answers: readonly Answer[]): Answer {
  expect(answers).toHaveLength(1)
  return answers[0] as Answer // Its length was checked just above.
}
