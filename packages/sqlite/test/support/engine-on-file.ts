import type { VirtualClock } from '@perdure/conformance'
import type { Store } from '@perdure/core'
import { type AnyWorkflow, createEngine, type Engine, type Worker, type WorkerOptions } from '@perdure/engine'
import { onTestFinished } from 'vitest'
import { sqlite } from '../../src/sqlite-store.js'
import { settled } from './virtual-time.js'

/** What one of several processes on a file would have: a connection, an engine and a worker of its own. */
export interface EngineOnFile {
  readonly store: Store
  readonly engine: Engine
  readonly worker: Worker
}

export async function engineOnFile(options: {
  readonly path: string
  readonly clock: VirtualClock
  readonly workflows: readonly AnyWorkflow[]
  readonly worker?: WorkerOptions
  /** Put something between the engine and the store. */
  readonly around?: (store: Store) => Store
}): Promise<EngineOnFile> {
  const { path, clock, workflows } = options
  const plain = sqlite({ path, synchronous: 'normal', clock })
  const store = options.around?.(plain) ?? plain
  const engine = createEngine({ store, workflows, clock, logger: false })
  onTestFinished(() => engine.close())
  const worker = engine.createWorker(options.worker)
  await worker.start()
  await settled()
  return { store, engine, worker }
}
