import { describe, expect, it } from 'vitest'
import { operation } from '../test/run-record.js'
import { Announcements } from './announcements.js'

const settled = (operationId: string) => operation({ operationId, status: 'SUCCEEDED' })
const written = (...ids: string[]) => new Map(ids.map((id) => [id, settled(id)]))

function taken(announcements: Announcements): string[] {
  return announcements.take().map(({ operationId }) => operationId)
}

describe('announcements', () => {
  it('wait until they are written', () => {
    const announcements = new Announcements()
    announcements.push(settled('a'), false)
    expect(taken(announcements)).toEqual([])
    expect(announcements.isEmpty).toBe(false)
    announcements.written(written('a', 'other'))
    expect(taken(announcements)).toEqual(['a'])
    expect(announcements.isEmpty).toBe(true)
  })

  it('are not ready because the start of their operation is written', () => {
    const announcements = new Announcements()
    announcements.push(operation({ operationId: 'a', status: 'SUCCEEDED', settleSeq: 1 }), false)
    announcements.written(new Map([['a', operation({ operationId: 'a', status: 'STARTED' })]]))
    expect(taken(announcements)).toEqual([])
  })

  it('come in their order: what is ready waits for what is before it', () => {
    const announcements = new Announcements()
    announcements.push(settled('timer'), true)
    announcements.push(settled('step'), false)
    announcements.push(settled('message'), true)
    expect(taken(announcements)).toEqual(['timer'])
    expect(taken(announcements)).toEqual([])
    announcements.written(written('step'))
    expect(taken(announcements)).toEqual(['step', 'message'])
  })

  it('can be looked through', () => {
    const announcements = new Announcements()
    announcements.push(settled('a'), false)
    expect(announcements.some(({ operationId }) => operationId === 'a')).toBe(true)
    expect(announcements.some(({ operationId }) => operationId === 'b')).toBe(false)
  })

  it('are told once', () => {
    const announcements = new Announcements()
    announcements.push(settled('a'), true)
    announcements.written(written('a'))
    expect(taken(announcements)).toEqual(['a'])
    announcements.written(written('a'))
    expect(taken(announcements)).toEqual([])
  })
})
