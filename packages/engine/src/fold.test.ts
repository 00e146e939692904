import { describe, expect, it } from 'vitest'
import { message } from '../test/run-record.js'
import { foldInOrder, type Happening } from './fold.js'

const timer = (operationId: string, at: number): Happening => ({ kind: 'timer', at, operationId })
const mail = (inboxSeq: number, at: number): Happening => ({
  kind: 'message',
  at,
  message: message({ inboxSeq }),
})
const cancel = (at: number): Happening => ({ kind: 'cancel', at })

function names(happenings: readonly Happening[]): string[] {
  return happenings.map((happening) => {
    if (happening.kind === 'timer') return happening.operationId
    return happening.kind === 'message' ? `message ${happening.message.inboxSeq}` : 'cancel'
  })
}

describe('foldInOrder', () => {
  it('goes by time, however late anybody looks', () => {
    expect(names(foldInOrder([timer('t', 30), cancel(20), mail(1, 10)]))).toEqual([
      'message 1',
      'cancel',
      't',
    ])
    expect(names(foldInOrder([mail(1, 30), timer('t', 20), cancel(25)]))).toEqual([
      't',
      'cancel',
      'message 1',
    ])
  })

  it('puts a message before a timer of the same instant, and a cancel before both', () => {
    expect(names(foldInOrder([timer('t', 10), mail(1, 10), cancel(10)]))).toEqual([
      'cancel',
      'message 1',
      't',
    ])
  })

  it('keeps messages of one instant in the order of their arrival', () => {
    expect(names(foldInOrder([mail(3, 10), mail(1, 10), mail(2, 10)]))).toEqual([
      'message 1',
      'message 2',
      'message 3',
    ])
  })

  it('keeps timers of one instant in the order given', () => {
    expect(names(foldInOrder([timer('b', 10), timer('a', 10)]))).toEqual(['b', 'a'])
  })

  it('leaves what it is given as it is', () => {
    const given = [timer('b', 20), timer('a', 10)]
    foldInOrder(given)
    expect(names(given)).toEqual(['b', 'a'])
  })
})
