import { describe, expect, it } from 'vitest'
import { operation } from '../../test/run-record.js'
import type { OperationRecord } from '../records.js'
import { SettlementQueue } from './settlement-queue.js'

function settled(operationId: string, settleSeq: number): OperationRecord {
  return operation({ operationId, name: operationId, settleSeq })
}

const cancel = operation({ operationId: 'cancel', type: 'EXECUTION', subType: 'Cancel', status: 'CANCELLED' })
const nothingIsOpen = (_: string): boolean => false
const allIsOpen = (_: string): boolean => true

function idsOf(records: readonly OperationRecord[]): string[] {
  return records.map(({ operationId }) => operationId)
}

/** Takes until there is nothing more to take. */
function takeAll(queue: SettlementQueue, isOpen = allIsOpen): string[] {
  const taken: OperationRecord[] = []
  for (let next = queue.take(isOpen); next !== undefined; next = queue.take(isOpen)) taken.push(next)
  return idsOf(taken)
}

describe('recorded settlements', () => {
  it('are delivered in their order, not in that of the calls', () => {
    const queue = new SettlementQueue([settled('b', 1), settled('a', 2)])
    queue.call('a')
    queue.call('b')
    expect(takeAll(queue)).toEqual(['b', 'a'])
  })

  it('wait until the code has called them', () => {
    const queue = new SettlementQueue([settled('a', 1)])
    expect(queue.take(allIsOpen)).toBeUndefined()
    queue.call('a')
    expect(takeAll(queue)).toEqual(['a'])
  })

  it('are passed over if the code called a later one and not them, and come once they are called after all', () => {
    const queue = new SettlementQueue([settled('a', 1), settled('b', 2), settled('c', 3)])
    queue.call('b')
    expect(takeAll(queue)).toEqual(['b'])
    queue.call('a')
    queue.call('c')
    expect(takeAll(queue)).toEqual(['a', 'c'])
  })

  it('are delivered once, however often they are called', () => {
    const queue = new SettlementQueue([settled('a', 1), settled('b', 2)])
    queue.call('a')
    queue.call('a')
    expect(takeAll(queue)).toEqual(['a'])
    queue.call('a')
    expect(takeAll(queue)).toEqual([])
  })

  it('come before live ones that are there already', () => {
    const queue = new SettlementQueue([settled('a', 1)])
    queue.push(settled('live', 2))
    queue.call('a')
    expect(takeAll(queue)).toEqual(['a', 'live'])
  })

  it('of the execution itself need no call', () => {
    const queue = new SettlementQueue([settled('a', 1), cancel, settled('b', 3)])
    queue.call('a')
    expect(takeAll(queue)).toEqual(['a', 'cancel'])
  })
})

describe('live settlements', () => {
  it('come in the order in which they were announced', () => {
    const queue = new SettlementQueue([])
    queue.push(settled('b', 1))
    queue.push(settled('a', 2))
    expect(takeAll(queue)).toEqual(['b', 'a'])
  })

  it('of operations that the code has not called wait, and hold up no other', () => {
    const queue = new SettlementQueue([])
    queue.push(settled('a', 1))
    queue.push(settled('b', 2))
    expect(takeAll(queue, (id) => id === 'b')).toEqual(['b'])
    expect(takeAll(queue)).toEqual(['a'])
  })

  it('of the execution itself need nothing that is open', () => {
    const queue = new SettlementQueue([])
    queue.push(settled('a', 1))
    queue.push(cancel)
    expect(takeAll(queue, nothingIsOpen)).toEqual(['cancel'])
  })

  it('come although a recorded one is never called: the code has changed', () => {
    const queue = new SettlementQueue([settled('removed', 1)])
    queue.push(settled('new', 2))
    expect(takeAll(queue)).toEqual(['new'])
  })
})

describe('isReplaying', () => {
  it('is true until the last recorded one is delivered', () => {
    const queue = new SettlementQueue([settled('a', 1), settled('b', 2)])
    queue.call('a')
    queue.call('b')
    expect(queue.isReplaying).toBe(true)
    queue.take(allIsOpen)
    expect(queue.isReplaying).toBe(true)
    queue.take(allIsOpen)
    expect(queue.isReplaying).toBe(false)
  })

  it('is false from the start where nothing is recorded', () => {
    expect(new SettlementQueue([]).isReplaying).toBe(false)
  })

  it('is true until what was begun before is called as well', () => {
    const queue = new SettlementQueue([], [operation({ operationId: 'sleeping', status: 'STARTED' })])
    expect(queue.isReplaying).toBe(true)
    queue.call('sleeping')
    expect(queue.isReplaying).toBe(false)
  })
})

describe('unvisited', () => {
  it('names what was passed over and what was never reached', () => {
    const queue = new SettlementQueue([settled('a', 1), settled('b', 2), settled('c', 3)])
    queue.call('b')
    takeAll(queue)
    expect(idsOf(queue.unvisited())).toEqual(['a', 'c'])
    queue.call('a')
    expect(idsOf(queue.unvisited())).toEqual(['c'])
  })
})
