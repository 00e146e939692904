import type {
  CommitAnswer,
  CommitEntry,
  ControlAction,
  DropReason,
  ExecutionKey,
  JournalListener,
  OperationRecord,
  OperationUpdate,
  RunRecord,
} from '@perdure/core'
import type { JournalHost } from '../src/journal-host.js'
import { RunJournal } from '../src/run-journal.js'
import { newRun } from './run-record.js'
import { TestClock } from './test-clock.js'
import { claimRequest } from './turns-of.js'
import { type WatchedStore, watchedStore } from './watched-store.js'

/** A pass that only listens; what it does is up to the test. */
export class ListeningPass implements JournalListener {
  readonly heard: string[] = []
  /** Called with everything that it hears, as it hears it. */
  react: (what: string) => void = () => {}

  changed(operation: OperationRecord): void {
    this.#hear(`${operation.name} ${operation.status}`)
  }

  resumed(): void {
    this.#hear('resumed')
  }

  suspended(): void {
    this.#hear('suspended')
  }

  stale(): void {
    this.#hear('stale')
  }

  dropped(reason: DropReason): void {
    this.#hear(`dropped ${reason}`)
  }

  #hear(what: string): void {
    this.heard.push(what)
    this.react(what)
  }
}

/** A run that is held by a journal over a real store. */
export interface HeldRun {
  readonly clock: TestClock
  readonly store: WatchedStore
  readonly journal: RunJournal
  readonly pass: ListeningPass
  /** What the process was told: released, ended. */
  readonly told: string[]
  readonly warnings: string[]
  /** Turns that reached the store, in order: kind and number of rows. */
  readonly turns: string[]
  row(): Promise<RunRecord>
  rows(): Promise<readonly OperationRecord[]>
  control(action: ControlAction): Promise<void>
  send(name: string): Promise<void>
  /** Claim it again, as the same worker does, and go on with the same journal. */
  resume(): Promise<void>
  /** Claim it again and make a journal of what is stored. */
  restart(options?: HoldOptions): Promise<HeldRun>
}

export interface HoldOptions {
  readonly host?: Partial<JournalHost>
  readonly timeoutMs?: number
  /** False: the pass is attached by the test. */
  readonly attach?: boolean
  readonly executionId?: string
  /** On the store, and by the clock, of this one. */
  readonly beside?: HeldRun
  /** How long the claim was on its way. */
  readonly sentBeforeMs?: number
}

export async function holdRun(options: HoldOptions = {}): Promise<HeldRun> {
  const { executionId = 'order-42', beside, timeoutMs = null } = options
  const clock = beside?.clock ?? new TestClock()
  const store = beside?.store ?? watchedStore({ clock })
  await store.create([newRun({ executionId, timeoutMs })])
  return hold(clock, store, options)
}

async function hold(clock: TestClock, store: WatchedStore, options: HoldOptions): Promise<HeldRun> {
  const key: ExecutionKey = { namespace: 'main', executionId: options.executionId ?? 'order-42' }
  const leased = await claim(store)
  const pass = new ListeningPass()
  const told: string[] = []
  const warnings: string[] = []
  const turns: string[] = []
  const host: JournalHost = {
    capabilities: store.capabilities,
    leaseMs: 30_000,
    build: 'b1',
    cancelGraceMs: 60_000,
    isDirect: false,
    monotonic: () => clock.monotonic(),
    schedule: (delayMs, run) => clock.schedule(delayMs, run),
    commit: async (entry) => {
      turns.push(`${entry.turn.kind} ${entry.operations.length}`)
      return commit(store, entry)
    },
    refresh: async (journal) => {
      const holdings = [{ key: journal.key, fence: journal.row.fence }]
      const [answer] = await store.renew({ leaseMs: 30_000, holdings })
      return answer ?? { kind: 'fenced' }
    },
    messages: async (_, topics) =>
      (await store.messages({ ...key, runNo: 1, topics, maxBytes: 1_000_000 })).messages,
    released: (_, dueAt) => told.push(`released ${dueAt}`),
    wanted: () => told.push('wanted'),
    ended: (_, { reason, finish, blocked }) => {
      const how = finish === undefined ? '' : ` ${finish.status}`
      told.push(`ended ${reason}${how}${blocked === undefined ? '' : `: ${blocked.message}`}`)
    },
    recorded: () => {},
    warn: (message) => warnings.push(message),
    ...options.host,
  }
  const operations = await load(store, key)
  const sentAt = clock.monotonic() - (options.sentBeforeMs ?? 0)
  const journal = new RunJournal(host, leased, operations, viewOf(leased, clock), sentAt)
  if (options.attach !== false) journal.attach(pass)
  return {
    clock,
    store,
    journal,
    pass,
    told,
    warnings,
    turns,
    row: async () => {
      const [row] = await store.inner.read([key])
      if (row === null || row === undefined) throw new Error('no row')
      return row
    },
    rows: () => load(store, key),
    control: async (action) => void (await store.inner.control([{ ...key, action }])),
    send: (name) => send(store, key, name),
    resume: async () => {
      const row = await claim(store)
      journal.resume(row, viewOf(row, clock), clock.monotonic())
    },
    restart: (other = options) => hold(clock, store, other),
  }
}

let claimCount = 0

async function claim(store: WatchedStore): Promise<RunRecord> {
  claimCount += 1
  const { claimed } = await store.claim(claimRequest(`claim-${claimCount}`))
  const [first] = claimed
  if (first === undefined) throw new Error('The run is not due.')
  return first.run
}

async function commit(store: WatchedStore, entry: CommitEntry): Promise<CommitAnswer> {
  const { answers } = await store.commit({ entries: [entry] })
  const [answer] = answers
  if (answer === undefined) throw new Error('no answer')
  return answer
}

async function load(store: WatchedStore, key: ExecutionKey): Promise<readonly OperationRecord[]> {
  const page = await store.inner.load({ ...key, runNo: 1, limit: 1_000 })
  return page.operations
}

async function send(store: WatchedStore, key: ExecutionKey, name: string): Promise<void> {
  const message = {
    kind: 'event',
    topic: `event:${name}`,
    runNo: null,
    value: null,
    error: null,
    outcome: null,
    dedupeId: null,
  } as const
  await store.inner.append([{ to: key, message }])
}

function viewOf(row: RunRecord, clock: TestClock) {
  return { now: clock.now(), inboxSeq: row.inboxSeq, control: row.control, leaseUntil: row.leaseUntil }
}

/** Updates as a pass gives them. */
export const update: {
  start(name: string, type: 'STEP' | 'WAIT' | 'CONTEXT', dueAt?: number): OperationUpdate
  wait(name: string, dueAt?: number): OperationUpdate
  succeed(name: string, type?: 'STEP' | 'CONTEXT'): OperationUpdate
  retry(name: string, dueAt: number): OperationUpdate
  cancel(name: string, type?: 'STEP' | 'WAIT' | 'CALLBACK'): OperationUpdate
} = {
  start: (name, type, dueAt) => ({
    ...identity(name),
    type,
    subType: type,
    action: 'START',
    dueAt: dueAt ?? null,
  }),
  wait: (name, dueAt) => ({
    ...identity(name),
    type: 'CALLBACK',
    subType: 'WaitForEvent',
    action: 'START',
    dueAt: dueAt ?? null,
  }),
  succeed: (name, type = 'STEP') => ({ ...identity(name), type, subType: type, action: 'SUCCEED' }),
  retry: (name, dueAt) => ({ ...identity(name), type: 'STEP', subType: 'STEP', action: 'RETRY', dueAt }),
  cancel: (name, type = 'WAIT') => ({
    ...identity(name),
    type,
    subType: type === 'CALLBACK' ? 'WaitForEvent' : type,
    action: 'CANCEL',
  }),
}

function identity(name: string) {
  return { operationId: `op-${name}`, parentId: null, name, occurrence: 1 }
}
