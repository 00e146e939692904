import fc, { type Arbitrary } from 'fast-check'
import { seldom } from './seldom.js'

export const eventNames = ['red', 'green', 'blue'] as const
export type EventName = (typeof eventNames)[number]

/** What the outside does, in the middle of a cell. */
export type Happening =
  | { readonly cell: number; readonly kind: 'event'; readonly name: EventName; readonly isSentTwice: boolean }
  | { readonly cell: number; readonly kind: 'cancel' | 'terminate' }

export function happenings(): Arbitrary<readonly Happening[]> {
  const cell = fc.nat({ max: 9 })
  const event = fc.record({
    cell,
    kind: fc.constant('event' as const),
    name: fc.constantFrom(...eventNames),
    isSentTwice: fc.boolean(),
  })
  const end = (kind: 'cancel' | 'terminate'): Arbitrary<Happening> =>
    fc.record({ cell, kind: fc.constant(kind) })
  return fc
    .tuple(fc.array(event, { maxLength: 6 }), seldom(end('cancel'), 5), seldom(end('terminate'), 20))
    .map(([events, cancel, terminate]) => [
      ...events,
      ...(cancel ? [cancel] : []),
      ...(terminate ? [terminate] : []),
    ])
}

export function printHappening(happening: Happening): string {
  const { cell, kind } = happening
  if (kind !== 'event') return `${cell}½: ${kind}`
  return `${cell}½: event ${happening.name}${happening.isSentTwice ? ', sent twice' : ''}`
}
