import type { Logger } from '@perdure/core'
import { createEngine, type Engine } from '../src/engine.js'
import type { AnyWorkflow } from '../src/registry.js'
import type { Worker } from '../src/worker.js'
import { TestClock } from './test-clock.js'
import { type WatchedStore, type WatchedStoreOptions, watchedStore } from './watched-store.js'

export interface Setting {
  readonly clock: TestClock
  readonly store: WatchedStore
  readonly engine: Engine
  readonly lines: string[]
}

type Options = Omit<WatchedStoreOptions, 'clock'> & { readonly beside?: Setting }

/** An engine over a store of its own, or over the same rows as another one: another process. */
export function setUp(workflows: readonly unknown[], { beside, ...options }: Options = {}): Setting {
  const clock = beside?.clock ?? new TestClock()
  const database = beside?.store.inner.database
  const store = watchedStore({ clock, ...options, ...(database === undefined ? {} : { database }) })
  const lines: string[] = []
  const line = (message: string): void => void lines.push(message)
  const logger: Logger = { debug: line, info: line, warn: line, error: line }
  // Workflows differ in their types; the engine is given them as a list.
  const engine = createEngine({ store, clock, logger, workflows: workflows as readonly AnyWorkflow[] })
  return { clock, store, engine, lines }
}

export async function started(
  engine: Engine,
  options: Parameters<Engine['createWorker']>[0] = {},
): Promise<Worker> {
  const worker = engine.createWorker(options)
  await worker.start()
  return worker
}
