import { existsSync } from 'node:fs'
import type { ErrorObject } from '@perdure/core'
import type { Engine, ExecutionSummary } from '@perdure/engine'
import { createEngine } from '@perdure/engine'
import { sqlite } from '@perdure/sqlite'
import type { OrderOutcome, OrderOutcomes } from './orders/outcome.js'
import type { RunFolder } from './run-folder.js'

/** Asks the database what became of the orders. None is known before the first run. */
export async function readOutcomes(folder: RunFolder): Promise<OrderOutcomes> {
  if (!existsSync(folder.database)) return new Map()
  return await withEngine(folder, async (engine) => {
    const outcomes = new Map<string, OrderOutcome>()
    for await (const execution of listAll(engine)) outcomes.set(execution.executionId, outcomeOf(execution))
    return outcomes
  })
}

/** Attempts after the first, of all steps. They stand in the journal, so a crash has not forgotten any. */
export async function countRetries(folder: RunFolder): Promise<number> {
  return await withEngine(folder, async (engine) => {
    let retries = 0
    for await (const { executionId } of listAll(engine)) {
      for (const event of await engine.history(executionId)) {
        if (event.kind === 'OperationEnded' && event.type === 'STEP')
          retries += Math.max(event.attempts - 1, 0)
      }
    }
    return retries
  })
}

/** An engine that only looks needs neither workflows nor a worker. */
async function withEngine<T>(folder: RunFolder, work: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = createEngine({ store: sqlite({ path: folder.database }) })
  try {
    return await work(engine)
  } finally {
    await engine.close()
  }
}

async function* listAll(engine: Engine): AsyncGenerator<ExecutionSummary> {
  let cursor: string | undefined
  do {
    const page = await engine.list({ limit: 1_000, ...(cursor === undefined ? {} : { cursor }) })
    yield* page.executions
    cursor = page.cursor
  } while (cursor !== undefined)
}

function outcomeOf({ status, error, startedAt }: ExecutionSummary): OrderOutcome {
  switch (status) {
    case 'COMPLETED':
      return { kind: 'done' }
    case 'FAILED':
    case 'CANCELLED':
    case 'TERMINATED':
    case 'TIMED_OUT':
      return { kind: 'failed', reason: error === undefined ? '' : innermost(error).message }
    default:
      return { kind: 'open', begun: startedAt !== undefined }
  }
}

/** A failed step wraps what its body has thrown; people want to hear of the latter. */
function innermost(error: ErrorObject): ErrorObject {
  return error.cause === undefined ? error : innermost(error.cause)
}
