import fc from 'fast-check'
import { type NodeKind, nodeKind } from '../node-kind.js'

// Taken once: fake timers of a test framework would stop it.
const { setImmediate } = globalThis

interface SlowStepNode {
  readonly kind: 'slowStep'
  readonly turns: number
}

/** A step whose body takes turns of the event loop: others end meanwhile, as it happens. */
export const slowStep: NodeKind = nodeKind<SlowStepNode>({
  kind: 'slowStep',
  weight: 4,
  order: 'shifts',
  arbitrary: () => fc.record({ kind: fc.constant('slowStep'), turns: fc.integer({ min: 1, max: 4 }) }),
  run: ({ turns }, scene) => {
    const { ctx, label } = scene
    const { bodies } = scene.world
    return scene.operation(`slowStep ${label}`, (name, key) =>
      ctx.step(name, async (step) => {
        if (!bodies.begin(key, step)) return new Promise<never>(() => {})
        for (let turn = 0; turn < turns; turn += 1) await turnOfTheLoop()
        return { value: bodies.valueOf(step.operationId), by: bodies.made() }
      }),
    )
  },
  print: ({ turns }) => ({ line: `${turns} turns` }),
})

function turnOfTheLoop(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
