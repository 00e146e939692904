import { VirtualClock } from '@perdure/conformance'
import type { Store } from '@perdure/core'
import { type AnyWorkflow, createEngine, type Engine, type Worker, type WorkerOptions } from '@perdure/engine'
import { onTestFinished } from 'vitest'
import { sqlite } from '../../src/sqlite-store.js'
import { type CountedDatabase, countedDatabase } from './counted-database.js'
import { settled } from './virtual-time.js'

export interface CountedEngine {
  readonly clock: VirtualClock
  readonly counted: CountedDatabase
  readonly store: Store
  readonly engine: Engine
  readonly worker: Worker
}

/** An engine over a counted database in virtual time, with a worker that is idle; counting begins here. */
export async function countedEngine(options: {
  readonly workflows: readonly AnyWorkflow[]
  readonly worker?: WorkerOptions
  /** Put something between the engine and the store. */
  readonly around?: (store: Store) => Store
}): Promise<CountedEngine> {
  const clock = new VirtualClock()
  const counted = countedDatabase()
  const plain = sqlite({ database: counted.database, synchronous: 'normal', clock })
  const store = options.around?.(plain) ?? plain
  const engine = createEngine({ store, workflows: options.workflows, clock, logger: false })
  const worker = engine.createWorker(options.worker)
  onTestFinished(() => engine.close())
  await worker.start()
  await settled()
  counted.reset()
  return { clock, counted, store, engine, worker }
}
