import { printHappening } from './happening.js'
import { kindOf } from './kinds.js'
import type { Block } from './node-kind.js'
import type { Program } from './program.js'

/** A program as lines that can be read: what nests is indented, and each node has the label that its names end in. */
export function printProgram({ block, happenings, timeoutCells, seed }: Program): string {
  return [
    `values by seed ${seed}`,
    ...(timeoutCells === null ? [] : [`time limit: ${timeoutCells}¼ cells`]),
    ...printBlock(block, ''),
    ...happenings.map((happening) => `outside, ${printHappening(happening)}`),
  ].join('\n')
}

function printBlock(block: Block, indent: string): string[] {
  return block.flatMap((node) => {
    const { line, parts = [] } = kindOf(node).print(node)
    return [
      `${indent}${node.kind} ${line}`.trimEnd(),
      ...parts.flatMap(([word, nested]) => [
        ...(word === '' ? [] : [`${indent}  ${word}`]),
        ...printBlock(nested, `${indent}${word === '' ? '  ' : '    '}`),
      ]),
    ]
  })
}
