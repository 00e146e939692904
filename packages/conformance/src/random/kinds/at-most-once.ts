import fc from 'fast-check'
import { type BodyPlan, bodyOf, bodyPlan, isTimed, printBody } from '../body.js'
import { attemptTimeoutMs } from '../grid.js'
import { type NodeKind, nodeKind } from '../node-kind.js'

interface AtMostOnceNode {
  readonly kind: 'atMostOnce'
  readonly body: BodyPlan
  readonly maxAttempts: number
}

/**
 * A step with `atMostOnce`. A crash may end an attempt as interrupted instead of as its body does, so the workflow goes
 * on the same whatever came of the step, and only an interruption that a crash accounts for is let pass. Attempts
 * follow on another at once: with one more of them, the step still ends in the same cell.
 */
export const atMostOnce: NodeKind = nodeKind<AtMostOnceNode>({
  kind: 'atMostOnce',
  weight: 3,
  order: 'shifts',
  arbitrary: () =>
    fc.record({
      kind: fc.constant('atMostOnce'),
      body: bodyPlan(),
      maxAttempts: fc.integer({ min: 1, max: 3 }),
    }),
  run: ({ body, maxAttempts }, scene) => {
    const { ctx, world } = scene
    return scene.operation(`atMostOnce ${scene.label}`, async (name, key) => {
      world.bodies.callOnce(key)
      const outcome = await ctx.tryStep(name, bodyOf(world.bodies, key, body), {
        semantics: 'atMostOnce',
        retry: { maxAttempts, delay: () => 0 },
        ...(isTimed(body) ? { attemptTimeout: attemptTimeoutMs } : {}),
      })
      return typeof outcome.ok
    })
  },
  print: ({ body, maxAttempts }) => ({ line: `${printBody(body)}, ${maxAttempts} attempts` }),
})
