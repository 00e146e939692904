import fc from 'fast-check'
import { type Block, type NodeKind, nodeKind } from '../node-kind.js'

interface BackgroundNode {
  readonly kind: 'background'
  readonly block: Block
}

/** A block that nobody awaits, or hears of if it fails. */
export const background: NodeKind = nodeKind<BackgroundNode>({
  kind: 'background',
  weight: 2,
  order: 'observes',
  arbitrary: ({ block }) => fc.record({ kind: fc.constant('background'), block }),
  run: async ({ block }, scene) => {
    scene.run(0, block).catch(() => {})
  },
  print: ({ block }) => ({ line: '', parts: [['', block]] }),
})
