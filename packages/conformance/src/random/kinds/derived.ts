import fc from 'fast-check'
import { type Block, type NodeKind, nodeKind } from '../node-kind.js'

interface DerivedNode {
  readonly kind: 'derived'
  readonly block: Block
}

/** A promise that is made of a block and that nobody looks at: if the block fails, nothing handles that. */
export const derived: NodeKind = nodeKind<DerivedNode>({
  kind: 'derived',
  weight: 1,
  order: 'observes',
  arbitrary: ({ block }) => fc.record({ kind: fc.constant('derived'), block }),
  run: async ({ block }, scene) => {
    void scene.run(0, block).then((seen) => seen.length)
  },
  print: ({ block }) => ({ line: '', parts: [['', block]] }),
})
