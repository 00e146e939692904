import fc from 'fast-check'
import { describeError } from '../describe.js'
import { type Block, type NodeKind, nodeKind } from '../node-kind.js'

type Combinator = 'all' | 'race' | 'allSettled' | 'any'

interface BranchesNode {
  readonly kind: Combinator
  readonly branches: readonly Block[]
}

/** The combinators of the language over blocks that run side by side; who loses runs on. */
export const branches: readonly NodeKind[] = (['all', 'race', 'allSettled', 'any'] as const).map((kind) =>
  nodeKind<BranchesNode>({
    kind,
    weight: 2,
    ...(kind === 'allSettled' ? {} : { order: 'observes' as const }),
    arbitrary: ({ block }) =>
      fc.record({ kind: fc.constant(kind), branches: fc.array(block, { minLength: 1, maxLength: 3 }) }),
    run: (node, scene) =>
      combine(
        kind,
        node.branches.map((block, index) => scene.run(index, block)),
      ),
    print: (node) => ({ line: '', parts: node.branches.map((block, index) => [`branch ${index}`, block]) }),
  }),
)

async function combine(combinator: Combinator, promises: readonly Promise<unknown>[]): Promise<unknown> {
  switch (combinator) {
    case 'all':
      return Promise.all(promises)
    case 'race':
      return Promise.race(promises)
    case 'any':
      return Promise.any(promises)
    case 'allSettled': {
      const outcomes = await Promise.allSettled(promises)
      return outcomes.map((outcome) =>
        outcome.status === 'fulfilled' ? outcome.value : `failed: ${describeError(outcome.reason)}`,
      )
    }
  }
}
