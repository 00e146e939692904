import { beforeEach, describe, expect, it } from 'vitest'
import { message, operation, runRecord } from '../test/run-record.js'
import { Outside, type OutsideOutcome } from './outside.js'

const never = Number.NEGATIVE_INFINITY
const timer = (operationId: string, dueAt: number) =>
  operation({ operationId, type: 'WAIT', subType: 'Wait', dueAt })
const wait = (operationId: string, dueAt: number | null = null, name = 'approved') =>
  operation({ operationId, type: 'CALLBACK', subType: 'WaitForEvent', name, dueAt })
const step = (operationId: string, dueAt: number) => operation({ operationId, status: 'PENDING', dueAt })

let outside: Outside

beforeEach(() => {
  outside = new Outside(runRecord())
})

function fold(now: number, cancel: Parameters<Outside['fold']>[1] = null): string[] {
  return outside.fold(now, cancel).map(describeOutcome)
}

function describeOutcome(outcome: OutsideOutcome): string {
  if (outcome.kind === 'cancel') return 'cancel'
  const { operationId } = outcome.operation
  return outcome.kind === 'timer'
    ? `${operationId} at ${outcome.at}`
    : `${operationId} by ${outcome.message.inboxSeq}`
}

describe('timers', () => {
  it('fire by the time of the store, earliest first, each once', () => {
    outside.expect(timer('late', 30), never)
    outside.expect(timer('early', 10), never)
    expect(outside.earliest).toBe(10)
    expect(fold(9)).toEqual([])
    expect(fold(30)).toEqual(['early at 10', 'late at 30'])
    expect(fold(100)).toEqual([])
    expect(outside.earliest).toBeNull()
  })

  it('that end no later than they begin do not wait for the store to say so', () => {
    const { startedAt } = timer('past', 10)
    outside.expect(timer('past', startedAt + 10), startedAt + 10)
    outside.expect(timer('future', startedAt + 11), startedAt + 10)
    expect(fold(0)).toEqual([`past at ${startedAt + 10}`])
  })

  it('of the past count from their begin: a message that was here before comes first', () => {
    const { startedAt } = wait('a', 10)
    outside.expect(wait('a', 10), startedAt)
    outside.receive([message({ topic: 'event:approved', inboxSeq: 1, receivedAt: startedAt })])
    expect(fold(startedAt)).toEqual(['a by 1'])
  })

  it('fire before a message or a cancel that is younger than the time of the store that was seen', () => {
    outside.expect(wait('a', 20), never)
    outside.receive([message({ topic: 'event:approved', inboxSeq: 1, receivedAt: 21 })])
    expect(fold(10)).toEqual(['a at 20'])
    outside.expect(timer('b', 30), never)
    outside.expect(timer('c', 31), never)
    expect(fold(10, { reason: null, requestedAt: 31 })).toEqual(['b at 30', 'cancel'])
    expect(fold(31)).toEqual(['c at 31'])
  })

  it('do not fire once their operation has ended', () => {
    outside.expect(timer('a', 10), never)
    outside.forget(timer('a', 10))
    expect(outside.earliest).toBeNull()
    expect(fold(100)).toEqual([])
  })

  it('of a step ready its next attempt and leave it open', () => {
    outside.expect(step('a', 10), never)
    expect(fold(10)).toEqual(['a at 10'])
    outside.expect(step('a', 20), never)
    expect(fold(20)).toEqual(['a at 20'])
  })
})

describe('events', () => {
  it('end a wait, which ends its timer', () => {
    outside.expect(wait('a', 50), never)
    outside.receive([message({ inboxSeq: 3, receivedAt: 20 })])
    expect(fold(20)).toEqual(['a by 3'])
    expect(outside.earliest).toBeNull()
    expect(outside.topics()).toEqual([])
  })

  it('and timers decide by time, a message first on a tie', () => {
    for (const [receivedAt, expected] of [
      [49, 'a by 1'],
      [50, 'a by 1'],
      [51, 'a at 50'],
    ] as const) {
      outside = new Outside(runRecord())
      outside.expect(wait('a', 50), never)
      outside.fold(0, null)
      outside.receive([message({ inboxSeq: 1, receivedAt })])
      expect(fold(100), String(receivedAt)).toEqual([expected])
    }
  })

  it('go past a wait that was called off before it was looked at', () => {
    outside.expect(wait('a'), never)
    outside.forget(wait('a'))
    outside.expect(wait('b'), never)
    outside.receive([message({ inboxSeq: 1 })])
    expect(fold(0)).toEqual(['b by 1'])
  })

  it('are waited for under their topics', () => {
    outside.expect(wait('a', null, 'x'), never)
    outside.expect(wait('b', null, 'y'), never)
    outside.fold(0, null)
    expect(outside.topics()).toEqual(['event:x', 'event:y'])
  })

  it('for another run are dropped', () => {
    outside.receive([message({ inboxSeq: 9, runNo: 7 })])
    outside.fold(0, null)
    expect(outside.takeDropped()).toEqual([{ inboxSeq: 9, operationId: null }])
  })
})

describe('a cancel', () => {
  const cancel = { reason: null, requestedAt: 20 }

  it('comes once, in its place', () => {
    outside.expect(timer('before', 10), never)
    outside.expect(timer('after', 30), never)
    expect(fold(100, cancel)).toEqual(['before at 10', 'cancel', 'after at 30'])
    expect(fold(100, cancel)).toEqual([])
  })

  it('does not come again where it is in the journal already', () => {
    outside.cancelled()
    expect(fold(100, cancel)).toEqual([])
  })
})
