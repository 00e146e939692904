import fc from 'fast-check'
import { type NodeKind, nodeKind } from '../node-kind.js'

interface SideEffectNode {
  readonly kind: 'sideEffect'
  readonly throws: boolean
}

export const sideEffect: NodeKind = nodeKind<SideEffectNode>({
  kind: 'sideEffect',
  weight: 2,
  arbitrary: () =>
    fc.record({ kind: fc.constant('sideEffect'), throws: fc.nat({ max: 19 }).map((draw) => draw === 19) }),
  run: ({ throws }, scene) =>
    scene.operation(`sideEffect ${scene.label}`, (name, key) =>
      scene.ctx.sideEffect(name, () => {
        if (throws) throw new Error(`${key} fails`)
        return scene.world.bodies.made()
      }),
    ),
  print: ({ throws }) => ({ line: throws ? 'throws' : '' }),
})
