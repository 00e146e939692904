import fc from 'fast-check'
import { type NodeKind, nodeKind } from '../node-kind.js'

interface SleepNode {
  readonly kind: 'sleep'
  readonly cells: number
}

export const sleep: NodeKind = nodeKind<SleepNode>({
  kind: 'sleep',
  weight: 4,
  arbitrary: () => fc.record({ kind: fc.constant('sleep'), cells: fc.nat({ max: 4 }) }),
  run: ({ cells }, scene) =>
    scene.operation(`sleep ${scene.label}`, (name) =>
      scene.ctx.sleep(name, cells === 0 ? 0 : scene.untilCell(cells)),
    ),
  print: ({ cells }) => ({ line: `${cells} cells` }),
})
