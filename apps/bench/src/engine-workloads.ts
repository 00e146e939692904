import { join } from 'node:path'
import { defineWorkflow } from '@perdure/core'
import { createEngine, type Engine } from '@perdure/engine'
import { sqlite } from '@perdure/sqlite'
import type { Settings } from './settings.js'

interface Work {
  readonly steps: number
  readonly payload: string
}

const chain = defineWorkflow({ name: 'chain' }, async (ctx, { steps, payload }: Work) => {
  for (let step = 0; step < steps; step += 1) await ctx.step(`step-${step}`, async () => payload)
})

/** Runs that are started while the clock runs, at most so many at a time; durable steps a second. */
export async function manyRuns(folder: string, settings: Settings, steps: number): Promise<number> {
  const { runCount, inFlight, payload } = settings
  return withEngine(join(folder, `many-${steps}.db`), inFlight, async (engine) => {
    let next = 0
    const loop = async (): Promise<void> => {
      for (let index = next++; index < runCount; index = next++) {
        const run = await engine.start(chain, { id: `run-${index}`, input: { steps, payload } })
        await run.result()
      }
    }
    const startedAt = performance.now()
    await Promise.all(Array.from({ length: inFlight }, loop))
    return (runCount * steps) / ((performance.now() - startedAt) / 1000)
  })
}

/** One run with many steps one after another; durable steps a second. */
export async function oneLongRun(folder: string, { longStepCount, payload }: Settings): Promise<number> {
  return withEngine(join(folder, 'long.db'), 1, async (engine) => {
    const startedAt = performance.now()
    const run = await engine.start(chain, { id: 'long', input: { steps: longStepCount, payload } })
    await run.result()
    return longStepCount / ((performance.now() - startedAt) / 1000)
  })
}

/** From `start` to the result of a run with one step, one at a time; the median in milliseconds. */
export async function startToResult(folder: string, { latencyRunCount, payload }: Settings): Promise<number> {
  return withEngine(join(folder, 'latency.db'), 1, async (engine) => {
    const times: number[] = []
    for (let index = 0; index < latencyRunCount; index += 1) {
      const startedAt = performance.now()
      const run = await engine.start(chain, { id: `run-${index}`, input: { steps: 1, payload } })
      await run.result()
      times.push(performance.now() - startedAt)
    }
    return times.sort((a, b) => a - b)[Math.floor(times.length / 2)] ?? Number.NaN
  })
}

async function withEngine<T>(
  path: string,
  concurrency: number,
  measure: (engine: Engine) => Promise<T>,
): Promise<T> {
  await using engine = createEngine({ store: sqlite({ path }), workflows: [chain], logger: false })
  await engine.createWorker({ concurrency }).start()
  return await measure(engine)
}
