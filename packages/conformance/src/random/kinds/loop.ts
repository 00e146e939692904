import fc from 'fast-check'
import { type Block, type NodeKind, nodeKind } from '../node-kind.js'

interface LoopNode {
  readonly kind: 'loop'
  readonly rounds: number
  readonly block: Block
}

/** The same names again and again. */
export const loop: NodeKind = nodeKind<LoopNode>({
  kind: 'loop',
  weight: 2,
  arbitrary: ({ block }) =>
    fc.record({ kind: fc.constant('loop'), rounds: fc.integer({ min: 1, max: 3 }), block }),
  run: async ({ rounds, block }, scene) => {
    const values: unknown[] = []
    for (let round = 0; round < rounds; round += 1) values.push(await scene.run(0, block))
    return values
  },
  print: ({ rounds, block }) => ({ line: `${rounds} times`, parts: [['', block]] }),
})
