import fc from 'fast-check'
import { type NodeKind, nodeKind } from '../node-kind.js'

interface FailureNode {
  readonly kind: 'throw'
}

export const failure: NodeKind = nodeKind<FailureNode>({
  kind: 'throw',
  weight: 1,
  arbitrary: () => fc.record({ kind: fc.constant('throw') }),
  run: (_node, scene) => Promise.reject(new Error(`thrown at ${scene.label}`)),
  print: () => ({ line: '' }),
})
