import fc from 'fast-check'
import { type Block, type NodeKind, nodeKind } from '../node-kind.js'

interface ChildContextNode {
  readonly kind: 'childContext'
  readonly block: Block
}

export const childContext: NodeKind = nodeKind<ChildContextNode>({
  kind: 'childContext',
  weight: 3,
  arbitrary: ({ block }) => fc.record({ kind: fc.constant('childContext'), block }),
  run: ({ block }, scene) =>
    scene.operation(`child ${scene.label}`, (name, key) =>
      scene.ctx.runInChildContext(name, (ctx) => scene.inside(ctx, key).run(0, block)),
    ),
  print: ({ block }) => ({ line: '', parts: [['', block]] }),
})
