import fc from 'fast-check'
import { type NodeKind, nodeKind } from '../node-kind.js'

interface SleepUntilNode {
  readonly kind: 'sleepUntil'
  /** Counted from the cell of the call; it may have passed. */
  readonly cells: number
  readonly isDate: boolean
}

export const sleepUntil: NodeKind = nodeKind<SleepUntilNode>({
  kind: 'sleepUntil',
  weight: 2,
  arbitrary: () =>
    fc.record({
      kind: fc.constant('sleepUntil'),
      cells: fc.integer({ min: -2, max: 4 }),
      isDate: fc.boolean(),
    }),
  run: ({ cells, isDate }, scene) =>
    scene.operation(`sleepUntil ${scene.label}`, (name) => {
      const at = scene.world.instantOf(scene.cell + cells)
      return scene.ctx.sleepUntil(name, isDate ? new Date(at) : at)
    }),
  print: ({ cells }) => ({ line: `${cells} cells from here` }),
})
