import fc from 'fast-check'
import { describeError } from '../describe.js'
import { type Block, type NodeKind, nodeKind } from '../node-kind.js'
import { seldom } from '../seldom.js'

interface AttemptNode {
  readonly kind: 'try'
  readonly block: Block
  readonly caught: Block | null
  readonly lastly: Block | null
}

/** A block whose failure is a value. */
export function caughtBlock(block: Block): AttemptNode {
  return { kind: 'try', block, caught: [], lastly: null }
}

/** `try`, with `catch`, `finally` or both. */
export const attempt: NodeKind = nodeKind<AttemptNode>({
  kind: 'try',
  weight: 3,
  arbitrary: ({ block }) =>
    fc.record({
      kind: fc.constant('try'),
      block,
      caught: fc.option(block, { freq: 4 }),
      lastly: seldom(block, 3),
    }),
  run: async ({ block, caught, lastly }, scene) => {
    try {
      return await scene.run('try', block)
    } catch (error) {
      if (caught === null) throw error
      return { error: describeError(error), caught: await scene.run('catch', caught) }
    } finally {
      if (lastly !== null) await scene.run('finally', lastly)
    }
  },
  print: ({ block, caught, lastly }) => ({
    line: '',
    parts: [
      ['', block],
      ...(caught === null ? [] : [['catch', caught] as const]),
      ...(lastly === null ? [] : [['finally', lastly] as const]),
    ],
  }),
})
