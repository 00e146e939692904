import type { StepOptions } from '@perdure/core'
import fc, { type Arbitrary } from 'fast-check'
import { type BodyPlan, bodyOf, bodyPlan, isTimed, printBody } from '../body.js'
import { describeError } from '../describe.js'
import { attemptTimeoutMs } from '../grid.js'
import { type NodeKind, nodeKind } from '../node-kind.js'
import type { World } from '../world.js'

interface StepNode {
  readonly kind: 'step' | 'tryStep' | 'trackedStep'
  readonly body: BodyPlan
  readonly maxAttempts: number
  readonly delay: RetryDelay
}

/** A delay in the process takes no time: the lease would have to be renewed all the while. */
type RetryDelay =
  | { readonly cells: 0; readonly mode: 'inProcess' }
  | { readonly cells: number; readonly mode: 'suspend' | 'auto' }

const delays: readonly RetryDelay[] = [
  { cells: 0, mode: 'suspend' },
  { cells: 0, mode: 'inProcess' },
  { cells: 1, mode: 'auto' },
  { cells: 2, mode: 'suspend' },
]

export const step: NodeKind = nodeKind(stepKind('step', 8))
export const tryStep: NodeKind = nodeKind(stepKind('tryStep', 2))
/** A crash between start and end shows: the next pass runs the body without waiting for the start to be durable. */
export const trackedStep: NodeKind = nodeKind({ ...stepKind('trackedStep', 4), order: 'shifts' })

function stepKind(kind: StepNode['kind'], weight: number): NodeKind<StepNode> {
  return {
    kind,
    weight,
    arbitrary: (): Arbitrary<StepNode> =>
      fc.record({
        kind: fc.constant(kind),
        body: bodyPlan(),
        maxAttempts: fc.constantFrom(4, 3, 2, 1),
        delay: fc.constantFrom(...delays),
      }),
    run: (node, scene) =>
      scene.operation(`${kind} ${scene.label}`, async (name, key) => {
        const body = bodyOf(scene.world.bodies, key, node.body)
        const options = optionsOf(node, key, scene.world)
        if (kind !== 'tryStep') return scene.ctx.step(name, body, options)
        const outcome = await scene.ctx.tryStep(name, body, options)
        return outcome.ok ? outcome.value : `failed: ${describeError(outcome.error)}`
      }),
    print: ({ body, maxAttempts, delay }) => ({
      line: [
        printBody(body),
        ...(body.failures === 0
          ? []
          : [`${maxAttempts} attempts, ${delay.cells} cells apart, ${delay.mode}`]),
      ].join(', '),
    }),
  }
}

function optionsOf({ kind, body, maxAttempts, delay }: StepNode, key: string, world: World): StepOptions {
  return {
    retry: {
      maxAttempts,
      delay: () => world.untilRetry(key, delay.cells),
      mode: delay.mode,
    },
    trackStart: kind === 'trackedStep',
    ...(isTimed(body) ? { attemptTimeout: attemptTimeoutMs } : {}),
  }
}
