import { captureHome } from '../src/context/async-zone.js'
import type { Pass, PassOptions } from '../src/context/pass.js'
import { runWorkflow } from '../src/context/run-workflow.js'
import type { DurableContextOps } from '../src/durable-context.js'
import type { RunFacts } from '../src/journal.js'
import type { Logger } from '../src/logger.js'
import type { OperationRecord } from '../src/records.js'
import { ArrayJournal } from './array-journal.js'
import { ManualClock } from './manual-clock.js'

export type TestWorkflow = (ctx: DurableContextOps, input: unknown) => unknown

export interface RunningPass {
  readonly pass: Pass
  readonly journal: ArrayJournal
  readonly clock: ManualClock
  /** Lines that were logged, `level: message`. */
  readonly lines: string[]
}

export interface RunPassOptions extends Partial<Omit<PassOptions, 'journal' | 'clock'>> {
  /** What is durable already. */
  readonly rows?: readonly OperationRecord[]
  readonly run?: Partial<RunFacts>
  /** Changes the journal before anything runs. */
  readonly prepare?: (journal: ArrayJournal) => void
}

/** Begin a pass of a workflow over an array journal. */
export function beginPass(workflow: TestWorkflow, options: RunPassOptions = {}): RunningPass {
  const { rows, run, prepare, ...rest } = options
  const journal = new ArrayJournal(rows, run)
  prepare?.(journal)
  const clock = new ManualClock()
  const lines: string[] = []
  const pass = runWorkflow(
    {
      name: 'test',
      version: '1',
      run: async (ctx: DurableContextOps, input: unknown) => workflow(ctx, input),
    },
    {
      journal,
      clock,
      logger: collecting(lines),
      codec: undefined,
      maxPayloadBytes: 10_000,
      bodyGraceMs: 5_000,
      watchdogMs: 1_000,
      events: {},
      onUnvisited: 'warn',
      enterHome: captureHome(),
      ...rest,
    },
  )
  return { pass, journal, clock, lines }
}

/** Begin a pass and let it go as far as it can. */
export async function runPass(workflow: TestWorkflow, options: RunPassOptions = {}): Promise<RunningPass> {
  const running = beginPass(workflow, options)
  await untilQuiet()
  return running
}

/** What a worker does after a crash: a new pass over what is durable. */
export function replay(
  workflow: TestWorkflow,
  { journal }: RunningPass,
  options: RunPassOptions = {},
): Promise<RunningPass> {
  return runPass(workflow, { rows: journal.rows, ...options })
}

/** Several turns of the event loop: a pass that has kept it busy for long gives way to others in between. */
export async function untilQuiet(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** The output of a pass that completed. */
export function outputOf({ journal }: RunningPass): unknown {
  if (journal.ending?.kind !== 'completed')
    throw new Error(`It did not complete: ${JSON.stringify(journal.ending)}`)
  const { data } = journal.ending.output
  return JSON.parse(String(data))
}

/** A promise that a test settles. */
export interface Gate<T = void> {
  readonly promise: Promise<T>
  open(value: T): void
  fail(error: unknown): void
}

export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  return { promise, open, fail }
}

function collecting(lines: string[]): Logger {
  const line =
    (level: string) =>
    (message: string): void =>
      void lines.push(`${level}: ${message}`)
  return { debug: line('debug'), info: line('info'), warn: line('warn'), error: line('error') }
}
