import type { ExecutionStatus, NewRun, RunRecord } from '@perdure/core'
import { isTerminal } from '@perdure/core'
import { newChild, operations } from './builders.js'
import type { StoreTrial } from './store-trial.js'
import { block, continueAsNew, finish, suspend } from './turns.js'

/** A held run that has recorded a step. */
export async function recorded(t: StoreTrial, overrides: Partial<NewRun> = {}): Promise<RunRecord> {
  const run = await t.hold(overrides)
  return t.apply(run, { operations: operations(run, [{}]) })
}

/** A run that has recorded a step and waits. */
export async function suspended(
  t: StoreTrial,
  waitsFor: readonly string[] = [],
  dueAt: number | null = null,
  overrides: Partial<NewRun> = {},
): Promise<RunRecord> {
  return t.apply(await recorded(t, overrides), { turn: suspend(waitsFor, dueAt) })
}

/** A held run with one attached child, which is due. */
export async function family(
  t: StoreTrial,
  child: Partial<NewRun> = {},
  overrides: Partial<NewRun> = {},
): Promise<{ readonly parent: RunRecord; readonly child: RunRecord }> {
  const held = await t.hold(overrides)
  const wanted = newChild(held, 'spawn', child)
  const started = operations(held, [{ operationId: 'spawn', type: 'CHAINED_INVOKE', status: 'STARTED' }])
  const parent = await t.apply(held, { operations: started, children: [wanted] })
  return { parent, child: await t.newest(wanted) }
}

/** A run that has recorded a step and stands at the given status. */
export async function standing(
  t: StoreTrial,
  status: ExecutionStatus,
  overrides: Partial<NewRun> = {},
): Promise<RunRecord> {
  const run = await recorded(t, overrides)
  await bring(t, run, status)
  const row = await t.row(run)
  if (row.status !== status) throw new Error(`The run stands at ${row.status} and not at ${status}`)
  return row
}

/** The statuses that a run which has not ended can have at this level. */
export const unfinishedStatuses: readonly ExecutionStatus[] = [
  'PENDING',
  'RUNNING',
  'SUSPENDED',
  'PAUSED',
  'BLOCKED',
]

async function bring(t: StoreTrial, run: RunRecord, status: ExecutionStatus): Promise<void> {
  if (status === 'PENDING') await t.apply(run, { turn: { kind: 'release' } })
  if (status === 'SUSPENDED' || status === 'PAUSED') await t.apply(run, { turn: suspend(['event:go']) })
  if (status === 'PAUSED') await t.ask(run, { kind: 'pause' })
  if (status === 'BLOCKED') await t.apply(run, { turn: block() })
  if (status === 'TERMINATED') await t.ask(run, { kind: 'terminate', reason: null })
  else if (status === 'CONTINUED_AS_NEW') await t.apply(run, { turn: continueAsNew() })
  else if (isTerminal(status)) await t.apply(run, { turn: finish(status) })
}
