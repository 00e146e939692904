import { type Capabilities, hasCapability } from '@perdure/core'
import fc, { type Arbitrary } from 'fast-check'
import { type Happening, happenings } from './happening.js'
import { caughtBlock } from './kinds/attempt.js'
import { nodeKinds } from './kinds.js'
import type { Block, NodeKind, ProgramNode } from './node-kind.js'
import { seldom } from './seldom.js'

/** A workflow as data, and what the outside does to it. */
export interface Program {
  readonly seed: number
  /** Whether a crash must not change the order of what ends at the same instant. */
  readonly isOrdered: boolean
  readonly block: Block
  readonly happenings: readonly Happening[]
  /** The time limit of the execution; null: none. */
  readonly timeoutCells: number | null
}

const maxDepth = 3

/** Programs of everything that the adapter can do. */
export function programs(manifest: Capabilities): Arbitrary<Program> {
  const able = kindsFor(manifest)
  const ordered = able.filter(({ order }) => order !== 'shifts')
  const unordered = able.filter(({ order }) => order !== 'observes')
  return fc.oneof({ arbitrary: programsOf(ordered, true), weight: 3 }, programsOf(unordered, false))
}

/** The kinds of node that the adapter can run. */
export function kindsFor(manifest: Capabilities): readonly NodeKind[] {
  return nodeKinds.filter(({ requires }) => requires === undefined || hasCapability(manifest, requires))
}

/** Of several blocks, one that is not over with the first failure. */
const caught = (block: Block): Block => [caughtBlock(block)]
const joined = (blocks: readonly Block[]): Block => blocks.flat()

function programsOf(kinds: readonly NodeKind[], isOrdered: boolean): Arbitrary<Program> {
  const { block } = fc.letrec<{ block: Block; node: ProgramNode }>((tie) => ({
    block: fc.array(tie('node'), { maxLength: 4 }),
    node: fc.oneof(
      { maxDepth, withCrossShrink: true },
      ...kinds.map((kind) => ({ arbitrary: kind.arbitrary({ block: tie('block') }), weight: kind.weight })),
    ),
  }))
  return fc.record({
    seed: fc.nat(),
    isOrdered: fc.constant(isOrdered),
    block: fc
      .array(fc.oneof(block, block.map(caught), block.map(caught)), { minLength: 1, maxLength: 6 })
      .map(joined),
    happenings: happenings(),
    timeoutCells: seldom(fc.integer({ min: 1, max: 12 }), 12),
  })
}
