import fc from 'fast-check'
import { type EventName, eventNames } from '../happening.js'
import { type NodeKind, nodeKind } from '../node-kind.js'

interface WaitForEventNode {
  readonly kind: 'waitForEvent'
  readonly name: EventName
  readonly timeoutCells: number | null
  readonly onTimeout: 'throw' | 'undefined'
}

export const waitForEvent: NodeKind = nodeKind<WaitForEventNode>({
  kind: 'waitForEvent',
  weight: 4,
  order: 'observes',
  requires: 'events',
  arbitrary: () =>
    fc.record({
      kind: fc.constant('waitForEvent'),
      name: fc.constantFrom(...eventNames),
      timeoutCells: fc.option(fc.nat({ max: 4 })),
      onTimeout: fc.constantFrom('undefined', 'undefined', 'undefined', 'throw'),
    }),
  run: ({ name: eventName, timeoutCells, onTimeout }, scene) =>
    // Waits of one name anywhere in a context compete for the same events.
    scene.operation(eventName, (name) => {
      if (timeoutCells === null) return scene.ctx.waitForEvent(name)
      const timeout = timeoutCells === 0 ? 0 : scene.untilCell(timeoutCells)
      return scene.ctx.waitForEvent(name, { timeout, onTimeout })
    }),
  print: ({ name, timeoutCells, onTimeout }) => ({
    line: timeoutCells === null ? name : `${name}, within ${timeoutCells} cells or ${onTimeout}`,
  }),
})
