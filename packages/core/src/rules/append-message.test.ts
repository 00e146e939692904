import { describe, expect, it } from 'vitest'
import { event, freeRun, heldRun, now } from '../../test/run-record.js'
import type { NewMessage, RunRecord } from '../records.js'
import { terminalStatuses } from '../statuses.js'
import type { RunTarget } from '../store.js'
import { appendMessage, wakes } from './append-message.js'

const outcome: NewMessage = event({ kind: 'child', topic: 'child:op-7', runNo: 1, outcome: 'COMPLETED' })

function append(run: RunRecord, message: NewMessage, maxPending = 10) {
  return appendMessage(run, { message }, null, maxPending, now)
}

describe('appendMessage', () => {
  it('gives the next number of the execution, and counts the message as pending', () => {
    const decision = append(freeRun({ inboxSeq: 7, inboxPending: 2 }), event())
    expect(decision).toMatchObject({
      kind: 'append',
      inboxSeq: 8,
      answer: { kind: 'appended', inboxSeq: 8 },
      run: { inboxSeq: 8, inboxPending: 3 },
    })
  })

  it.each(terminalStatuses)('refuses one for a run that is %s', (status) => {
    expect(append(freeRun({ status }), event())).toEqual({
      kind: 'refuse',
      answer: { kind: 'finished', status },
    })
  })

  it('drops one that is meant for another run, whether or not this one has ended', () => {
    const dropped = { kind: 'refuse', answer: { kind: 'dropped' } }
    expect(append(freeRun({ runNo: 2 }), outcome)).toEqual(dropped)
    expect(append(freeRun({ runNo: 2, status: 'COMPLETED' }), outcome)).toEqual(dropped)
  })

  it('drops one that is meant for another life or run, a duplicate as well', () => {
    const run = freeRun({ runNo: 3, lifeNo: 2 })
    const answerTo = (target: RunTarget, earlierSeq: number | null) =>
      appendMessage(run, { message: event(), target }, earlierSeq, 10, now)
    for (const target of [{ lifeNo: 1 }, { lifeNo: 3 }, { runNo: 2 }])
      for (const earlierSeq of [null, 4])
        expect(answerTo(target, earlierSeq)).toEqual({ kind: 'refuse', answer: { kind: 'dropped' } })
    for (const target of [{ lifeNo: 2 }, { runNo: 3 }]) {
      expect(answerTo(target, null).kind).toBe('append')
      expect(answerTo(target, 4)).toEqual({ kind: 'refuse', answer: { kind: 'duplicate', inboxSeq: 4 } })
    }
  })

  it('turns an event away when the inbox is full, and names the limit', () => {
    const full = freeRun({ inboxPending: 3 })
    expect(append(full, event(), 3)).toEqual({ kind: 'refuse', answer: { kind: 'full', limit: 3 } })
    expect(append(full, event(), 4).kind).toBe('append')
  })

  it.each<NewMessage['kind']>(['child', 'callback', 'activity'])('never turns away a %s outcome', (kind) => {
    expect(append(freeRun({ inboxPending: 3 }), { ...outcome, kind }, 3).kind).toBe('append')
  })

  it('makes a suspended run due that waits for the topic', () => {
    const run = freeRun({ status: 'SUSPENDED', dueAt: now + 60_000, waitsFor: ['event:approved'] })
    expect(append(run, event())).toMatchObject({ run: { status: 'PENDING', dueAt: now } })
  })

  it('leaves a suspended run asleep that waits for something else: the message is kept', () => {
    const run = freeRun({ status: 'SUSPENDED', dueAt: now + 60_000, waitsFor: ['event:rejected'] })
    expect(append(run, event())).toMatchObject({
      run: { status: 'SUSPENDED', dueAt: now + 60_000, inboxSeq: 1 },
    })
  })

  it('makes a paused run due that waits for the topic, for the day it is resumed', () => {
    const run = freeRun({ status: 'PAUSED', dueAt: null, waitsFor: ['event:approved'] })
    expect(append(run, event())).toMatchObject({ run: { status: 'PAUSED', dueAt: now } })
  })

  it('never takes anything from a holder', () => {
    const run = heldRun({ waitsFor: ['event:approved'], dueAt: null })
    const { status, dueAt, leaseUntil, fence } = run
    expect(append(run, event())).toMatchObject({ run: { status, dueAt, leaseUntil, fence } })
  })
})

describe('wakes', () => {
  const suspended = (waitsFor: readonly string[]): RunRecord => freeRun({ status: 'SUSPENDED', waitsFor })

  it.each<[string, RunRecord, boolean]>([
    ['of a run that waits for just this', suspended(['event:rejected', 'event:approved']), true],
    ['of a run that waits for any of the kind', suspended(['event:*']), true],
    ['of a run that waits for any of another kind', suspended(['child:*']), false],
    ['of a run that waits for a longer name', suspended(['event:approved2']), false],
    ['of a run that waits for nothing', suspended([]), false],
    ['of a paused run', freeRun({ status: 'PAUSED', waitsFor: ['event:approved'] }), true],
    ['of a run that is due anyway', freeRun({ waitsFor: ['event:approved'] }), false],
    ['of a blocked run', freeRun({ status: 'BLOCKED', waitsFor: ['event:approved'] }), false],
    ['of a held run', heldRun({ waitsFor: ['event:approved'] }), false],
    ['of a paused run that is held', heldRun({ status: 'PAUSED', waitsFor: ['event:approved'] }), false],
  ])('%s', (_, run, expected) => {
    expect(wakes(run, 'event:approved')).toBe(expected)
  })
})
