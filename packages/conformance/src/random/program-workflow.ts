import { type DurableContextOps, defineWorkflow } from '@perdure/core'
import type { DeployedWorkflow } from '../context/context-driver.js'
import { limitMs } from './grid.js'
import { kindOf } from './kinds.js'
import type { Block } from './node-kind.js'
import type { Program } from './program.js'
import { Scene } from './scene.js'
import type { World } from './world.js'

/** Cells that a cancelled execution has to clean up. */
export const graceCells = 5

/** The one workflow function that all programs are run by. */
export function programWorkflow({ block }: Program, world: World): DeployedWorkflow {
  const options = { name: 'random', cancelGrace: limitMs(world.grid, graceCells) }
  return defineWorkflow(options, async (ctx: DurableContextOps) =>
    runBlock(block, Scene.root(ctx, world, runBlock)),
  ) as DeployedWorkflow
}

async function runBlock(block: Block, scene: Scene): Promise<readonly unknown[]> {
  const { reached } = scene.world
  const values: unknown[] = []
  for (const [index, node] of block.entries()) {
    reached.set(node.kind, (reached.get(node.kind) ?? 0) + 1)
    values.push(await kindOf(node).run(node, scene.at(index)))
  }
  return values
}
