import { describe, expect, it } from 'vitest'
import { message, operation, runRecord } from '../test/run-record.js'
import { EventWaits } from './event-waits.js'

const wait = (operationId: string, name = 'approved') =>
  operation({ operationId, name, subType: 'WaitForEvent' })

describe('an event', () => {
  it('ends the wait of its name that was opened first', () => {
    const waits = new EventWaits(runRecord())
    waits.open(wait('first'))
    waits.open(wait('second'))
    waits.open(wait('other', 'rejected'))
    const [one, two] = [message({ inboxSeq: 1 }), message({ inboxSeq: 2 })]
    expect(waits.receive(one)).toEqual({ operationId: 'first', message: one })
    expect(waits.receive(two)).toEqual({ operationId: 'second', message: two })
    expect(waits.topics()).toEqual(['event:rejected'])
  })

  it('that nobody waits for is nothing to keep: the next wait of its name asks for it', () => {
    const waits = new EventWaits(runRecord())
    expect(waits.receive(message({ inboxSeq: 1 }))).toBeUndefined()
    expect(waits.size).toBe(0)
    waits.open(wait('first'))
    expect(waits.takeUnasked()).toEqual([{ topic: 'event:approved', after: 0, limit: 1 }])
  })

  it('passes over a wait that ended otherwise', () => {
    const waits = new EventWaits(runRecord())
    waits.open(wait('first'))
    waits.open(wait('second'))
    waits.close(wait('first'))
    expect(waits.receive(message())?.operationId).toBe('second')
  })

  it('meant for another run is dropped, and that is said once', () => {
    const waits = new EventWaits(runRecord({ runNo: 2 }))
    waits.open(wait('first'))
    expect(waits.receive(message({ inboxSeq: 7, runNo: 1 }))).toBeUndefined()
    expect(waits.receive(message({ inboxSeq: 8, runNo: 2 }))?.operationId).toBe('first')
    expect(waits.takeDropped()).toEqual([{ inboxSeq: 7, operationId: null }])
    expect(waits.takeDropped()).toEqual([])
  })
})

describe('topics', () => {
  it('names each once, while anybody waits for it', () => {
    const waits = new EventWaits(runRecord())
    expect(waits.topics()).toEqual([])
    waits.open(wait('first'))
    waits.open(wait('second'))
    expect(waits.topics()).toEqual(['event:approved'])
    waits.close(wait('second'))
    waits.receive(message())
    expect(waits.topics()).toEqual([])
  })

  it('costs nothing for names that nobody waits for any more', () => {
    const waits = new EventWaits(runRecord())
    for (let index = 0; index < 1_000; index += 1) {
      waits.open(wait(`op-${index}`, `item-${index}`))
      waits.receive(message({ topic: `event:item-${index}`, inboxSeq: index }))
      waits.written([{ inboxSeq: index, operationId: `op-${index}` }])
      waits.open(wait(`closed-${index}`, `other-${index}`))
      waits.close(wait(`closed-${index}`, `other-${index}`))
    }
    expect(waits.size).toBe(0)
  })

  it('closing what was never open changes nothing', () => {
    const waits = new EventWaits(runRecord())
    waits.close(wait('never'))
    waits.open(wait('first'))
    waits.close(wait('never'))
    expect(waits.topics()).toEqual(['event:approved'])
  })
})

describe('what is asked for', () => {
  it('is as many messages as there are waits, above what was taken and is not written yet', () => {
    const waits = new EventWaits(runRecord())
    for (const operationId of ['a', 'b', 'c']) waits.open(wait(operationId))
    waits.open(wait('d', 'other'))
    expect(waits.takeUnasked()).toEqual([
      { topic: 'event:approved', after: 0, limit: 3 },
      { topic: 'event:other', after: 0, limit: 1 },
    ])
    expect(waits.takeUnasked()).toEqual([])
    waits.receive(message({ inboxSeq: 4 }))
    waits.expectMore()
    expect(waits.takeUnasked()[0]).toEqual({ topic: 'event:approved', after: 4, limit: 2 })
    waits.written([{ inboxSeq: 4, operationId: 'a' }])
    waits.expectMore()
    expect(waits.takeUnasked()[0]).toEqual({ topic: 'event:approved', after: 0, limit: 2 })
  })

  it('is nothing for waits that have ended', () => {
    const waits = new EventWaits(runRecord())
    waits.open(wait('a'))
    waits.close(wait('a'))
    waits.expectMore()
    expect(waits.takeUnasked()).toEqual([])
  })
})
