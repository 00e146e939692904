import fc from 'fast-check'
import { type NodeKind, nodeKind } from '../node-kind.js'
import type { Scene } from '../scene.js'

type Source = 'now' | 'random' | 'uuid' | 'identity'

interface ReadingNode {
  readonly kind: 'reading'
  readonly of: Source
}

/** What a context tells at once, the same in every pass. */
export const reading: NodeKind = nodeKind<ReadingNode>({
  kind: 'reading',
  weight: 2,
  order: 'observes',
  arbitrary: () =>
    fc.record({ kind: fc.constant('reading'), of: fc.constantFrom('now', 'random', 'uuid', 'identity') }),
  run: async ({ of }, scene) => {
    const value = read(of, scene)
    scene.see(`${of} at ${scene.label} is ${value}`)
    return value
  },
  print: ({ of }) => ({ line: of }),
})

function read(source: Source, { cell, ctx }: Scene): string {
  switch (source) {
    case 'now':
      return `in cell ${cell}`
    case 'random':
      return `random:${ctx.random()}`
    case 'uuid':
      return `uuid:${ctx.randomUUID()}`
    case 'identity':
      return `${ctx.executionId}/${ctx.runNo} of ${ctx.workflowName} ${ctx.version}`
  }
}
