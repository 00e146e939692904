import type * as Core from '@perdure/core'
import type {
  DurableContextOps,
  Journal,
  OperationRecord,
  PassOptions,
  RunnableWorkflow,
  Store,
} from '@perdure/core'
import { type MemoryStore, memory } from '@perdure/memory'
import type { CreateContextDriver } from '../../src/context/context-driver.js'
import { engineDriver } from '../../src/context/engine-driver.js'
import { overlay } from '../../src/faults/overlay.js'

/** An engine with one rule broken: the suite must notice. */
export interface ContextMutant {
  readonly name: string
  /** The requirement that is there to catch it. Others may as well. */
  readonly caughtBy: string
  /** What is wrong with the store below the engine. */
  readonly store?: (intact: MemoryStore) => Partial<Store>
  /** What is wrong with the journal that a pass works on. */
  readonly journal?: (intact: Journal) => Partial<Journal>
  /** What is wrong with how passes are set up. */
  readonly options?: Partial<PassOptions>
  /** What is wrong with what the engine takes from core. */
  readonly core?: Partial<Pick<typeof Core, 'containRejections'>>
  /** When the engine thinks that an outcome may be told. */
  readonly isReady?: (operation: OperationRecord, intact: boolean) => boolean
  /** What is wrong with the context that user code is given. */
  readonly context?: (intact: DurableContextOps, options: PassOptions) => Partial<DurableContextOps>
}

/** A driver over the memory store, damaged if the mutant says so. */
export function createMutantDriver({ store: damage }: ContextMutant): CreateContextDriver {
  return engineDriver({
    create: async ({ clock }) => {
      const intact = memory({ clock })
      const store = damage === undefined ? intact : { ...intact, ...damage(intact) }
      return { store, probe: async () => intact.database.rows(), destroy: () => intact.close() }
    },
  })
}

/** What `runWorkflow` is given when the mutant lives. */
export function mutatePass(
  { journal, options, context }: ContextMutant,
  workflow: RunnableWorkflow,
  intact: PassOptions,
): readonly [RunnableWorkflow, PassOptions] {
  const changed: PassOptions = {
    ...intact,
    ...options,
    journal: journal === undefined ? intact.journal : overlay(intact.journal, journal(intact.journal)),
  }
  if (context === undefined) return [workflow, changed]
  const run: RunnableWorkflow['run'] = (ctx, input) => {
    return workflow.run(overlay<DurableContextOps>(ctx, context(ctx, changed)) as never, input)
  }
  return [{ name: workflow.name, version: workflow.version, run }, changed]
}
