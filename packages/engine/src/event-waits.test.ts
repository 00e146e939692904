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

  it('that nobody waits for is kept, and ends the next wait of its name; the one that came first is first', () => {
    const waits = new EventWaits(runRecord())
    const [one, two] = [message({ inboxSeq: 1 }), message({ inboxSeq: 2 })]
    expect(waits.receive(one)).toBeUndefined()
    expect(waits.receive(two)).toBeUndefined()
    expect(waits.open(wait('first'))?.message).toBe(one)
    expect(waits.open(wait('second'))?.message).toBe(two)
    expect(waits.open(wait('third'))).toBeUndefined()
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
      waits.receive(message({ topic: `event:item-${index}` }))
      waits.receive(message({ topic: `event:early-${index}` }))
      waits.open(wait(`op2-${index}`, `early-${index}`))
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
