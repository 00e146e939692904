import {
  encodeValue,
  type MessageRecord,
  type OperationRecord,
  type RunRecord,
  type TerminalStatus,
} from '@perdure/core'
import { createEngine } from '@perdure/engine'
import { memory } from '@perdure/memory'
import type { Course } from '../src/checker/course.js'
import { Disturbances } from '../src/checker/disturbances.js'
import type { Evidence, StoredRun } from '../src/checker/evidence.js'
import type { FleetEvent, FleetLine, RunEvent, RunLine } from '../src/effects/log-line.js'
import { kindOf, type RunKind } from '../src/workflows/run-kind.js'

/** An event with when and by whom, where a test cares. */
type Happening = RunEvent & { readonly at?: number; readonly by?: string }

const freshRow = await makeRow()

export function evidenceOf(
  kind: RunKind,
  about: Partial<Omit<Evidence, 'lines'>>,
  lines: readonly Happening[],
): Evidence {
  const executionId = `${kind}:client-1.1:1`
  const runs = about.runs ?? []
  return {
    executionId,
    kind: kindOf(executionId),
    lines: lines.map((line, index): RunLine => ({ at: index, by: 'worker-1.1', executionId, ...line })),
    messages: [],
    unreadable: undefined,
    ...about,
    runs,
  }
}

/** A run as the store has it, changed as a test says. */
export function stored(change: Partial<RunRecord>, operations: readonly OperationRecord[] = []): StoredRun {
  return { row: { ...freshRow, ...change }, operations }
}

export function endedAs(status: TerminalStatus, change: Partial<RunRecord> = {}): StoredRun {
  return stored({ status, finishedAt: 0, dueAt: null, ...change })
}

export function operation(change: Partial<OperationRecord>): OperationRecord {
  return {
    operationId: 'op-1',
    parentId: null,
    name: 'charge',
    occurrence: 1,
    type: 'STEP',
    subType: 'Step',
    status: 'SUCCEEDED',
    startSeq: 1,
    settleSeq: 1,
    attempt: 1,
    attempts: [],
    dueAt: null,
    value: null,
    error: null,
    extras: null,
    startedAt: 0,
    endedAt: 0,
    ...change,
  }
}

export function message(eventId: string, change: Partial<MessageRecord> = {}): MessageRecord {
  return {
    inboxSeq: 1,
    lifeNo: 1,
    receivedAt: 0,
    kind: 'event',
    topic: 'event:go',
    runNo: null,
    value: encodeValue({ eventId }, 'event').encoded,
    error: null,
    outcome: null,
    dedupeId: null,
    consumedBy: null,
    dropped: false,
    ...change,
  }
}

export function encoded(value: unknown): ReturnType<typeof encodeValue>['encoded'] {
  return encodeValue(value, 'value').encoded
}

/** A soak in which this happened to the fleet, and that ended then. */
export function courseOf(
  lines: readonly (FleetEvent & { readonly at: number })[],
  change: Partial<Course> = {},
): Course {
  const fleetLines = lines.map((line): FleetLine => ({ by: 'main', ...line }))
  return { disturbances: Disturbances.of(fleetLines), closedAt: 100_000, heldUpBy: undefined, ...change }
}

export const peace = courseOf([])

/** From a store, so that it has all that a row has. */
async function makeRow(): Promise<RunRecord> {
  const store = memory()
  const engine = createEngine({ store })
  const { executionId } = await engine.start('steps', { input: null })
  const [row] = await store.read([{ namespace: 'main', executionId, runNo: 1 }])
  await engine.close()
  if (row === null || row === undefined) throw new Error('The store has no row for what it was given.')
  return row
}
