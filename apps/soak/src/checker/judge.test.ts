import { expect, test } from 'vitest'
import {
  courseOf,
  encoded,
  endedAs,
  evidenceOf,
  message,
  operation,
  peace,
  stored,
} from '../../test/evidence-of.js'
import { poisonedBodiesAllowed, setAsideBoundMs, starvationBoundMs, wakeBoundMs } from '../settings.js'
import type { Course } from './course.js'
import type { Evidence } from './evidence.js'
import { judge } from './judge.js'

/** The columns in which something was found, with what. */
function found(evidence: Evidence, course: Course = peace): readonly string[] {
  return judge(evidence, course).map(({ column, text }) => `${column}: ${text}`)
}

const started = [
  { kind: 'asked', callId: 'start', action: 'start' },
  { kind: 'answered', callId: 'start', accepted: true, runNo: 1 },
] as const

const value = 'op-1~abc'
const done = [
  { kind: 'began', runNo: 1, operationId: 'op-1', attempt: 1, atMostOnce: false },
  { kind: 'did', runNo: 1, operationId: 'op-1', value },
  { kind: 'told', runNo: 1, operation: 'charge', operationId: 'op-1', value },
] as const
const kept = operation({ value: encoded(value) })

test('a run of which all accounts agree is without fault', () => {
  const run = endedAs('COMPLETED', { output: encoded('paid') })
  const evidence = evidenceOf('steps', { runs: [{ ...run, operations: [kept] }] }, [
    ...started,
    { kind: 'awaited', waitId: 'wait', runNo: 1 },
    { kind: 'entered', runNo: 1, as: 'steps' },
    ...done,
    { kind: 'returned', waitId: 'wait', status: 'COMPLETED', value: '"paid"' },
  ])
  expect(found(evidence)).toEqual([])
})

test('lost: a start that was acknowledged and is not in the store', () => {
  expect(found(evidenceOf('steps', {}, started))).toEqual([
    'lost: the start of run 1 was acknowledged, and the store has no such run',
  ])
})

test('lost: an outcome that the store does not have, or has otherwise', () => {
  const without = evidenceOf('steps', { runs: [endedAs('COMPLETED')] }, done)
  expect(found(without)).toEqual(['lost: charge of run 1 was acknowledged and is not in the store'])
  const other = { ...endedAs('COMPLETED'), operations: [operation({ value: encoded('op-1~xyz') })] }
  expect(found(evidenceOf('steps', { runs: [other] }, done))).toEqual([
    'lost: charge of run 1 gave op-1~abc; the store has SUCCEEDED op-1~xyz',
  ])
})

test('lost: an outcome that changes from one pass to the next, and one that no body had computed', () => {
  const run = { ...endedAs('COMPLETED'), operations: [kept] }
  const changed = evidenceOf('race', { runs: [run] }, [
    { kind: 'told', runNo: 1, operation: 'winner', value: 'timer' },
    { kind: 'told', runNo: 1, operation: 'winner', value: 'work' },
  ])
  expect(found(changed)).toEqual(['lost: winner of run 1 was timer to one pass and work to the next'])
  const unfounded = evidenceOf(
    'steps',
    { runs: [run] },
    done.filter(({ kind }) => kind !== 'did'),
  )
  expect(found(unfounded)).toEqual(['lost: charge gave op-1~abc, which no body had returned'])
})

const sent = [
  { kind: 'asked', callId: 'event', action: 'event', runNo: 1, eventId: 'go-1' },
  { kind: 'answered', callId: 'event', accepted: true },
] as const

test('lost: an event that was acknowledged and is not in the inbox', () => {
  expect(found(evidenceOf('listener', { runs: [endedAs('COMPLETED')] }, sent))).toEqual([
    'lost: event go-1 was acknowledged, and the store does not have it',
  ])
})

test('lost: an event that lay there while a wait for it ran out of time', () => {
  const wait = operation({ name: 'go', type: 'CALLBACK', status: 'TIMED_OUT', dueAt: 50 })
  const runs = [{ ...endedAs('COMPLETED'), operations: [wait] }]
  expect(found(evidenceOf('listener', { runs, messages: [message('go-1')] }, sent))).toEqual([
    'lost: run 1 waited for event:go until its time was over, and go-1 lay there',
  ])
  expect(
    found(evidenceOf('listener', { runs, messages: [message('go-1', { receivedAt: 60 })] }, sent)),
  ).toEqual([])
})

const cancelled = [
  { kind: 'asked', callId: 'cancel', action: 'cancel', runNo: 1 },
  { kind: 'answered', callId: 'cancel', accepted: true },
] as const

test('lost: a cancel that was acknowledged and did not end the run, and one that nobody asked for', () => {
  expect(found(evidenceOf('refund', { runs: [endedAs('COMPLETED')] }, cancelled))).toEqual([
    'lost: the cancel of run 1 was acknowledged, and it ended COMPLETED',
  ])
  const second = endedAs('CANCELLED', { runNo: 2 })
  expect(found(evidenceOf('rerun', { runs: [endedAs('CANCELLED'), second] }, cancelled))).toEqual([
    'lost: run 2 ended CANCELLED, and nobody had asked for that',
  ])
})

test('lost: a run that was cancelled after its charge had begun, and gave nothing back', () => {
  const runs = [{ ...endedAs('CANCELLED'), operations: [kept] }]
  expect(found(evidenceOf('refund', { runs }, [...cancelled, ...done]))).toEqual([
    'lost: run 1 was cancelled after its charge had begun, without a refund',
  ])
})

const awaited = { kind: 'awaited', waitId: 'wait', runNo: 1 } as const

test('lost: a result that the store does not have', () => {
  const runs = [endedAs('COMPLETED', { output: encoded('mine') })]
  const returned = { kind: 'returned', waitId: 'wait', status: 'COMPLETED', value: '"yours"' } as const
  expect(found(evidenceOf('steps', { runs }, [awaited, returned]))).toEqual([
    'lost: a client was given COMPLETED "yours" for run 1; the store has COMPLETED "mine"',
  ])
})

test('doubled: two clients are given two results', () => {
  const runs = [endedAs('COMPLETED', { output: encoded('mine') })]
  const lines = [
    awaited,
    { ...awaited, waitId: 'other' },
    { kind: 'returned', waitId: 'wait', status: 'COMPLETED', value: '"mine"' },
    { kind: 'returned', waitId: 'other', status: 'COMPLETED', value: '"yours"' },
  ] as const
  expect(found(evidenceOf('steps', { runs }, lines))).toEqual([
    'doubled: run 1 ended as COMPLETED "mine" for one client and as COMPLETED "yours" for another',
  ])
})

test('doubled: a body that begins after its outcome was acknowledged', () => {
  const runs = [{ ...endedAs('COMPLETED'), operations: [kept] }]
  const again = { ...done[0], by: 'worker-2.1' }
  expect(found(evidenceOf('steps', { runs }, [...done, again]))).toEqual([
    'doubled: worker-2.1 began op-1 of run 1 after its outcome was acknowledged',
  ])
})

test('doubled: an attempt that may begin once and began twice', () => {
  const once = { ...done[0], atMostOnce: true }
  const runs = [endedAs('COMPLETED')]
  expect(found(evidenceOf('payment', { runs }, [once, once]))).toEqual([
    'doubled: worker-1.1 began attempt 1 of op-1 of run 1 for the second time',
  ])
  expect(found(evidenceOf('payment', { runs }, [once, { ...once, attempt: 2 }]))).toEqual([])
})

test('doubled: an event that ends two waits', () => {
  const runs = [endedAs('COMPLETED')]
  const took = { kind: 'took', runNo: 1, operation: 'go 1', eventId: 'go-1' } as const
  expect(found(evidenceOf('listener', { runs }, [took, took, { ...took, operation: 'go 2' }]))).toEqual([
    'doubled: event go-1 ended go 1 of run 1 and go 2 of run 1',
  ])
})

test('stuck: a run that has not ended in the end, unless it was paused or waits for what never comes', () => {
  const due = stored({ status: 'PENDING', dueAt: 0 })
  expect(found(evidenceOf('steps', { runs: [due] }, started))).toEqual([
    'stuck: run 1 is PENDING, due at 1970-01-01T00:00:00.000Z at the end',
  ])
  expect(
    found(evidenceOf('forever', { runs: [stored({ status: 'SUSPENDED', dueAt: null })] }, started)),
  ).toEqual([])
  const pause = { kind: 'asked', callId: 'pause', action: 'pause', runNo: 1, at: 10 } as const
  const paused = [stored({ status: 'PAUSED', dueAt: null })]
  expect(found(evidenceOf('paused', { runs: paused }, [pause]))).toEqual([])
  const resumed = [
    pause,
    { kind: 'asked', callId: 'resume', action: 'resume', runNo: 1, at: 20 },
    { kind: 'answered', callId: 'resume', accepted: true, at: 21 },
  ] as const
  expect(found(evidenceOf('paused', { runs: paused }, resumed))).toEqual([
    'stuck: run 1 is PAUSED at the end',
  ])
})

test('stuck: a healthy run that was set aside', () => {
  const blocked = { reason: 'NON_DETERMINISTIC', message: '', build: '1' } as const
  expect(found(evidenceOf('steps', { runs: [stored({ status: 'BLOCKED', blocked })] }, []))).toEqual([
    'stuck: run 1 is BLOCKED (NON_DETERMINISTIC) at the end',
  ])
})

test('stuck: a client that still waits for a run that ended long ago', () => {
  const waits = [awaited, { kind: 'unreturned', waitId: 'wait' }] as const
  expect(found(evidenceOf('steps', { runs: [endedAs('COMPLETED')] }, waits))).toEqual([
    'stuck: run 1 ended 100000 ms before the end, and a client still waited for it',
  ])
  const justNow = [endedAs('COMPLETED', { finishedAt: peace.closedAt - 10 })]
  expect(found(evidenceOf('steps', { runs: justNow }, waits))).toEqual([])
})

test('late: what comes after its bound, counted from the end of the last disturbance', () => {
  const night = operation({ name: 'night', type: 'WAIT', dueAt: 1_000 })
  const runs = [{ ...endedAs('COMPLETED'), operations: [night] }]
  const woke = { kind: 'woke', runNo: 1, operation: 'night', at: 1_001 + wakeBoundMs } as const
  const late = evidenceOf('sleeper', { runs }, [woke])
  expect(found(late)).toEqual([
    `late: night of run 1 was over ${wakeBoundMs + 1} ms after it was due, in peace`,
  ])
  const killed = courseOf([
    { at: 500, kind: 'killed', name: 'worker-1' },
    { at: 1_002, kind: 'up', name: 'worker-1' },
  ])
  expect(found(late, killed)).toEqual([])
})

test('late: a deadline that ends its run long after it has passed', () => {
  const control = { seq: 0, paused: false, cancel: null, deadlineAt: 1_000 }
  const runs = [endedAs('TIMED_OUT', { control, finishedAt: 2_000 + wakeBoundMs })]
  expect(found(evidenceOf('deadline', { runs }, []))).toEqual([
    `late: the deadline of run 1 ended it ${wakeBoundMs + 1_000} ms after it was due, in peace`,
  ])
})

test('starved: what came late because a run took workers down again and again', () => {
  const night = operation({ name: 'night', type: 'WAIT', dueAt: 1_000 })
  const runs = [{ ...endedAs('COMPLETED'), operations: [night] }]
  const woke = { kind: 'woke', runNo: 1, operation: 'night', at: 1_001 + starvationBoundMs } as const
  const poisoned = courseOf([
    { at: 0, kind: 'up', name: 'worker-2' },
    { at: 1_500, kind: 'poisoned', name: 'worker-1' },
    { at: starvationBoundMs, kind: 'up', name: 'worker-1' },
  ])
  expect(found(evidenceOf('sleeper', { runs }, [woke]), poisoned)).toEqual([
    `starved: night of run 1 was over ${starvationBoundMs + 1} ms after it was due, held up by poison`,
  ])
})

test('starved: a run that has not ended in the end, because others were not set aside', () => {
  const course = { ...peace, heldUpBy: 'a run still took workers down' }
  const runs = [stored({ status: 'PENDING', dueAt: null })]
  expect(found(evidenceOf('steps', { runs }, started), course)).toEqual([
    'starved: run 1 is PENDING at the end, and a run still took workers down',
  ])
})

test('starved: poison that is let run again and again, or never set aside', () => {
  const began = { ...done[0], operationId: 'poison' }
  const runs = [stored({ status: 'RUNNING' })]
  const often = evidenceOf('poison', { runs }, [
    ...started,
    ...Array.from({ length: poisonedBodiesAllowed + 1 }, () => began),
  ])
  expect(found(often)).toEqual([
    `starved: it was let run ${poisonedBodiesAllowed + 1} times, killing its worker nearly each time`,
  ])
  const open = evidenceOf('poison', { runs }, [...started, began])
  expect(found(open)).toEqual(['starved: it was never set aside, and killed 1 times'])
  expect(found(open, { ...peace, closedAt: setAsideBoundMs - 1 })).toEqual([])
  const blocked = evidenceOf('poison', { runs: [stored({ status: 'BLOCKED' })] }, [...started, began])
  expect(found(blocked)).toEqual([])
})

test('stuck: a broken row that is not set aside; lost: one that no read shows, and one that nobody broke', () => {
  const damage = { kind: 'damaged', how: 'cancel is no JSON' } as const
  const runs = [stored({ status: 'RUNNING' })]
  expect(found(evidenceOf('damaged', { runs }, [damage]))).toEqual([
    'stuck: it was broken (cancel is no JSON) and is RUNNING at the end, not set aside',
  ])
  expect(found(evidenceOf('damaged', { runs: [stored({ status: 'BLOCKED' })] }, [damage]))).toEqual([])
  expect(found(evidenceOf('damaged', { unreadable: 'STORE_FAILED' }, [damage]))).toEqual([
    'lost: it was broken (cancel is no JSON), and no read shows it any more',
  ])
  expect(found(evidenceOf('steps', { unreadable: 'STORE_FAILED' }, []))).toEqual([
    'lost: its row cannot be read, and nobody has broken it: STORE_FAILED',
  ])
})
