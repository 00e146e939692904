import { memory } from '@perdure/memory'
import { beforeAll, describe, expect, it } from 'vitest'
import { VirtualClock } from '../virtual-clock.js'
import { Acknowledged } from './acknowledged.js'
import { audit } from './audit.js'
import { auditExecutions } from './audit-executions.js'
import { event, operations } from './builders.js'
import { family, recorded, suspended } from './scenes.js'
import { StoreTrial } from './store-trial.js'
import type { ProbedRows, ProbedRun } from './store-under-test.js'
import { finish } from './turns.js'

let rows: ProbedRows
let acknowledged: Acknowledged

beforeAll(async () => {
  const clock = new VirtualClock()
  const intact = memory({ clock })
  acknowledged = new Acknowledged()
  const store = acknowledged.watch(intact)
  const t = new StoreTrial(
    { store, probe: async () => intact.database.rows(), destroy: () => store.close() },
    clock,
  )
  const consumer = await t.hold({ executionId: 'consumer' })
  await t.send(consumer, event('go', { dedupeId: 'once' }))
  const consumed = [{ inboxSeq: 1, operationId: 'wait' }]
  const ended = operations(consumer, [{ operationId: 'wait', type: 'WAIT' }, { parentId: 'wait' }])
  await t.apply(await t.row(consumer), { operations: ended, consumed })
  await suspended(t, ['event:go'], null, { executionId: 'sleeper' })
  const { child } = await family(t, { executionId: 'child' }, { executionId: 'parent' })
  await t.apply(await t.reclaim(child), { turn: finish() })
  await t.apply(await recorded(t, { executionId: 'finished' }), { turn: finish() })
  rows = await t.rows()
})

describe('audit', () => {
  it('finds nothing in sound rows', () => {
    expect(audit(rows, acknowledged)).toEqual([])
  })

  it.each<readonly [string, (sound: ProbedRows) => ProbedRows]>([
    ['has rows and no run', (sound) => ({ ...sound, runs: without(sound.runs, 'sleeper') })],
    ['has messages and no run', (sound) => ({ ...sound, runs: without(sound.runs, 'consumer') })],
    [
      'has finished and is held',
      (sound) => change(sound, 'finished', { leaseUntil: 1, leaseOwner: 'somebody' }),
    ],
    ['has finished and is due', (sound) => change(sound, 'finished', { dueAt: 1 })],
    ['has finished and waits', (sound) => change(sound, 'finished', { waitsFor: ['event:go'] })],
    ['is RUNNING and not held', (sound) => change(sound, 'consumer', { leaseUntil: null, leaseOwner: null })],
    ['is SUSPENDED and held', (sound) => change(sound, 'sleeper', { leaseUntil: 1, leaseOwner: 'somebody' })],
    ['has another claimAt than the rule', (sound) => change(sound, 'sleeper', { claimAt: 17 })],
    ['has a gap in startSeq', (sound) => ({ ...sound, operations: sound.operations.slice(1) })],
    [
      'has a gap in settleSeq',
      (sound) => change(sound, 'consumer', { counters: { startSeq: 2, settleSeq: 3 } }),
    ],
    [
      'in no context',
      (sound) => ({ ...sound, operations: sound.operations.filter((row) => row.parentId !== null) }),
    ],
    ['has a gap in inboxSeq', (sound) => change(sound, 'consumer', { inboxSeq: 2 })],
    ['miscounts its pending messages', (sound) => change(sound, 'consumer', { inboxPending: 1 })],
    ['is SUSPENDED and blocked', (sound) => change(sound, 'sleeper', { blockedAt: 1 })],
    ['has more strikes than recoveries', (sound) => change(sound, 'sleeper', { strikes: 1 })],
    [
      'was to end and has a deadline',
      (sound) => {
        const control = { seq: 1, paused: false, cancel: null, deadlineAt: 1 }
        return change(sound, 'sleeper', { decided: 'CANCELLED', control })
      },
    ],
    [
      'is cancelled and not to end so',
      (sound) => {
        const cancel = { reason: null, requestedAt: 1 }
        return change(sound, 'sleeper', { control: { seq: 1, paused: false, cancel, deadlineAt: null } })
      },
    ],
    ['is corrupted and in an index', (sound) => change(sound, 'consumer', { corrupted: 'waitsFor' })],
    ['has a run of another life', (sound) => change(sound, 'finished', { lifeNo: 2 })],
    [
      'has a message of a life that never was',
      (sound) => ({ ...sound, inbox: sound.inbox.map((row) => ({ ...row, lifeNo: 7 })) }),
    ],
    ['has told a holder less than it has received', (sound) => change(sound, 'consumer', { answeredAt: 0 })],
    [
      'has a message received before the one before',
      (sound) => followed(sound, (first) => ({ ...first, receivedAt: first.receivedAt - 1 })),
    ],
    [
      'has a message of an earlier life than the one before',
      (sound) => followed(sound, (first) => ({ ...first, lifeNo: first.lifeNo - 1 })),
    ],
    ['has two messages with one dedupe id in one life', (sound) => followed(sound, (first) => first)],
    [
      'is received before what a holder was told',
      (sound) => ({
        ...sound,
        inbox: sound.inbox.map((row) => ({ ...row, receivedAt: row.receivedAt - 1 })),
      }),
    ],
    ['has a gap in runNo', (sound) => change(sound, 'finished', { runNo: 2 })],
    ['ended unheard', (sound) => ({ ...sound, inbox: without(sound.inbox, 'parent') })],
    [
      'sleeps with a message that it waits for',
      (sound) => ({
        ...sound,
        inbox: sound.inbox.map((row) => ({ ...row, executionId: 'sleeper', consumedBy: null })),
      }),
    ],
    [
      'operation ["main","finished",1,',
      (sound) => ({ ...sound, operations: without(sound.operations, 'finished') }),
    ],
    ['message ["main","consumer",1] was acknowledged', (sound) => ({ ...sound, inbox: [] })],
    ['end of run ["main","finished",1]', (sound) => change(sound, 'finished', { output: null })],
  ])('finds what %s', (finding, damage) => {
    expect(audit(damage(rows), acknowledged).join('\n')).toContain(finding)
  })
})

describe('auditExecutions', () => {
  it.each<readonly [string, (sound: ProbedRows) => ProbedRows]>([
    ['waits for other events than its operations', (sound) => sound],
    ['sleeps forever', (sound) => change(sound, 'sleeper', { waitsFor: [] })],
    ['message 1 of consumer ended nothing', (sound) => ({ ...sound, operations: [] })],
    ['was to end otherwise than it has', (sound) => change(sound, 'finished', { decided: 'CANCELLED' })],
    ['has ended without a trace of how', (sound) => change(sound, 'finished', { output: null })],
    [
      'sleeps past a timer',
      (sound) => ({
        ...change(sound, 'sleeper', { dueAt: 2 }),
        operations: sound.operations.map((row) => ({ ...row, status: 'STARTED', dueAt: 1 })),
      }),
    ],
    [
      'settled operations in another order than that of their times',
      (sound) => ({
        ...sound,
        operations: sound.operations.map((row) => ({ ...row, endedAt: -(row.settleSeq ?? 0) })),
      }),
    ],
    [
      'before the context that it is in',
      (sound) => ({
        ...sound,
        operations: sound.operations.map((row) => ({ ...row, startSeq: -row.startSeq })),
      }),
    ],
  ])('finds who %s', (finding, damage) => {
    expect(auditExecutions(damage(rows)).join('\n')).toContain(finding)
  })
})

function change(sound: ProbedRows, executionId: string, changed: Partial<ProbedRun>): ProbedRows {
  return {
    ...sound,
    runs: sound.runs.map((run) => (run.executionId === executionId ? { ...run, ...changed } : run)),
  }
}

/** Another message after the first one that the consumer got. */
function followed(
  sound: ProbedRows,
  next: (first: ProbedRows['inbox'][number]) => ProbedRows['inbox'][number],
): ProbedRows {
  const first = sound.inbox.find(({ executionId }) => executionId === 'consumer')
  if (first === undefined) throw new Error('the consumer got nothing')
  return { ...sound, inbox: [...sound.inbox, { ...next(first), inboxSeq: 2 }] }
}

function without<Row extends { readonly executionId: string }>(
  all: readonly Row[],
  executionId: string,
): Row[] {
  return all.filter((row) => row.executionId !== executionId)
}
