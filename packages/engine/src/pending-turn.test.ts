import { describe, expect, it } from 'vitest'
import { operation } from '../test/run-record.js'
import { PendingTurn } from './pending-turn.js'

describe('a pending turn', () => {
  it('makes one row of several updates of an operation, the latest', () => {
    const turn = new PendingTurn()
    turn.write(operation({ operationId: 'a', status: 'STARTED' }))
    turn.write(operation({ operationId: 'b' }))
    turn.write(operation({ operationId: 'a', status: 'SUCCEEDED' }))
    expect(
      [...turn.take().operations.values()].map(({ operationId, status }) => `${operationId} ${status}`),
    ).toEqual(['a SUCCEEDED', 'b STARTED'])
  })

  it('is empty once it was taken', () => {
    const turn = new PendingTurn()
    turn.write(operation())
    turn.consume({ inboxSeq: 1, operationId: 'op-1' })
    turn.announceWhenDurable(operation())
    turn.hurry()
    expect(turn.has('op-1')).toBe(true)
    turn.take()
    expect(turn.has('op-1')).toBe(false)
    expect(turn.take()).toEqual({ operations: new Map(), consumed: [], changes: [], isUrgent: false })
  })

  it('puts back what was not written before what has come since, and lets the newer row win', () => {
    const turn = new PendingTurn()
    turn.write(operation({ operationId: 'a', status: 'STARTED' }))
    turn.consume({ inboxSeq: 1, operationId: null })
    turn.announceWhenDurable(operation({ operationId: 'a' }))
    turn.hurry()
    const content = turn.take()
    turn.write(operation({ operationId: 'a', status: 'SUCCEEDED' }))
    turn.write(operation({ operationId: 'b' }))
    turn.consume({ inboxSeq: 2, operationId: null })
    turn.announceWhenDurable(operation({ operationId: 'b' }))
    turn.putBack(content)
    const { operations, consumed, changes, isUrgent } = turn.take()
    expect([...operations.values()].map(({ operationId, status }) => `${operationId} ${status}`)).toEqual([
      'a SUCCEEDED',
      'b STARTED',
    ])
    expect(consumed.map(({ inboxSeq }) => inboxSeq)).toEqual([1, 2])
    expect(changes.map(({ operationId }) => operationId)).toEqual(['a', 'b'])
    expect(isUrgent).toBe(true)
  })
})
