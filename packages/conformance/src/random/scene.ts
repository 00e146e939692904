import { type DurableContextOps, isDurableError } from '@perdure/core'
import { describeError, describeValue } from './describe.js'
import { cellOf } from './grid.js'
import type { Block } from './node-kind.js'
import type { PassLog } from './pass-log.js'
import type { World } from './world.js'

/** How a block is run in a scene. */
export type RunBlock = (block: Block, scene: Scene) => Promise<readonly unknown[]>

/** One context of the workflow in one pass. */
interface Stage {
  readonly ctx: DurableContextOps
  readonly world: World
  readonly pass: PassLog
  readonly runBlock: RunBlock
  /** Names the context: '' at the root, else a path that ends in a slash. */
  readonly path: string
  readonly occurrences: Map<string, number>
}

/** Where a node runs, and what it may use. */
export class Scene {
  /** Where the node stands in the program: `1.0.2`. */
  readonly label: string
  readonly #stage: Stage

  private constructor(stage: Stage, label: string) {
    this.#stage = stage
    this.label = label
  }

  static root(ctx: DurableContextOps, world: World, runBlock: RunBlock): Scene {
    const pass = world.beginPass()
    return Scene.#enter({ ctx, world, pass, runBlock, path: '', occurrences: new Map() }, '')
  }

  static #enter(stage: Stage, label: string): Scene {
    stage.pass.scopes.add(stage.path)
    return new Scene(stage, label)
  }

  get ctx(): DurableContextOps {
    return this.#stage.ctx
  }

  get world(): World {
    return this.#stage.world
  }

  /** The same context, at a node further in. */
  at(index: number | string): Scene {
    return new Scene(this.#stage, this.label === '' ? `${index}` : `${this.label}.${index}`)
  }

  /** Runs what nests in this node. */
  run(part: number | string, block: Block): Promise<readonly unknown[]> {
    return this.#stage.runBlock(block, this.at(part))
  }

  /** The scene of a child context. */
  inside(ctx: DurableContextOps, key: string): Scene {
    return Scene.#enter({ ...this.#stage, ctx, path: `${key}/`, occurrences: new Map() }, this.label)
  }

  /**
   * Calls an operation by a name, and writes down how it ended. Its key is what the operation is known by: path, name
   * and occurrence.
   */
  async operation<T>(name: string, call: (name: string, key: string) => Promise<T>): Promise<T> {
    const { occurrences, pass, path, world } = this.#stage
    const occurrence = (occurrences.get(name) ?? 0) + 1
    occurrences.set(name, occurrence)
    const key = operationKey(path, name, occurrence)
    try {
      const value = await call(name, key)
      if (pass.isOver) return await never()
      world.bodies.settle(key)
      this.see(`${key} gave ${describeValue(value)}`)
      return value
    } catch (error) {
      if (pass.isOver) return await never()
      // A cancel rejects what has not ended: its body may run on, and again after a crash.
      if (!isDurableError(error, 'CANCELLED')) world.bodies.settle(key)
      this.see(`${key} threw ${describeError(error)}`)
      throw error
    }
  }

  /** Writes down what the workflow sees. */
  see(text: string): void {
    const { pass, path } = this.#stage
    if (!pass.isOver) pass.sights.push({ scope: path, text })
  }

  /** The cell of the time that the workflow sees. */
  get cell(): number {
    return cellOf(this.world.grid, this.ctx.now().getTime())
  }

  /** For how long a timer is set that is to fire in the cell after so many more; none: at once. */
  untilCell(cells: number): number {
    return this.world.untilCell(this.cell + cells)
  }
}

function never<T>(): Promise<T> {
  return new Promise(() => {})
}

/** Names an operation for people and across runs. */
export function operationKey(path: string, name: string, occurrence: number): string {
  return `${path}${name}${occurrence === 1 ? '' : `#${occurrence}`}`
}
