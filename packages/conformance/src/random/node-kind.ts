import type { CapabilityName } from '@perdure/core'
import type { Arbitrary } from 'fast-check'
import type { Scene } from './scene.js'

/** One thing that a random workflow does. What else it holds is for its kind to say. */
export interface ProgramNode {
  readonly kind: string
}

/** Things done one after the other. */
export type Block = readonly ProgramNode[]

/** What a kind makes its nodes of. */
export interface Ingredients {
  /** What nests in a node. */
  readonly block: Arbitrary<Block>
}

/** A node as text: what it does, and what is nested in it, each part under a word or none. */
export interface Printed {
  readonly line: string
  readonly parts?: readonly (readonly [word: string, block: Block])[]
}

/** A kind of node: how to draw one, to do what it says, and to show it. To add a kind is to write one of these. */
export interface NodeKind<Node extends ProgramNode = ProgramNode> {
  readonly kind: Node['kind']
  /** How often it is drawn, beside the weights of the others. */
  readonly weight: number
  /** Drawn only where the adapter has this. */
  readonly requires?: CapabilityName
  /**
   * What it has to do with the order in which things that happen at the same instant come to an end. `observes`: what
   * the workflow does next can depend on it. `shifts`: a crash may change it, and nothing is wrong with that. A program
   * holds nodes of one sort or of the other.
   */
  readonly order?: 'observes' | 'shifts'
  arbitrary(ingredients: Ingredients): Arbitrary<Node>
  /** Rejects with what the workflow is to see thrown. What it resolves with becomes part of the result. */
  run(node: Node, scene: Scene): Promise<unknown>
  print(node: Node): Printed
}

/** Forgets which nodes a kind is for: whoever finds it by the `kind` of a node hands it that node and no other. */
export function nodeKind<Node extends ProgramNode>(kind: NodeKind<Node>): NodeKind {
  return kind as unknown as NodeKind
}
