import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { isDurableError } from '@perdure/core'
import { createEngine } from '@perdure/engine'
import { sqlite } from '@perdure/sqlite'
import { orderWorkflow } from './order-workflow.js'
import type { Order } from './orders/order.js'
import { chargeCard } from './payments/payment-client.js'
import type { RunFolder } from './run-folder.js'
import { shippedStockFile } from './shipped-files.js'
import { Warehouse } from './warehouse/warehouse.js'

export interface ProcessOrdersOptions {
  readonly orders: readonly Order[]
  readonly folder: RunFolder
  readonly paymentsUrl: string
  /** Called for each order that is done or has failed, also if an earlier process has finished it. */
  readonly onFinished: (orderId: string) => void
  /** Stops in good order when it aborts. What is unfinished then goes on in the next process. */
  readonly signal: AbortSignal
}

/** How many orders are under way at a time, so that a file of any length fits into memory. */
const lanes = 60

/**
 * Starts a workflow for every order and runs them all. It does not ask what earlier processes have done:
 * to start an order again is to go on with it.
 */
export async function processOrders(options: ProcessOrdersOptions): Promise<void> {
  const { folder, paymentsUrl, onFinished, signal } = options
  const warehouse = new Warehouse(folder.warehouse, JSON.parse(readFileSync(shippedStockFile, 'utf8')))
  const workflow = orderWorkflow({
    check: (order) => warehouse.check(order),
    reserve: (order) => warehouse.reserve(order),
    charge: (order, { idempotencyKey, signal }) =>
      chargeCard(paymentsUrl, order, { idempotencyKey: keyFrom(idempotencyKey), signal }),
    release: (orderId) => warehouse.release(orderId),
    ship: (orderId) => warehouse.ship(orderId),
  })
  // Attempts fail here by the hundred, as they are meant to: the summary counts them.
  const engine = createEngine({
    store: sqlite({ path: folder.database }),
    workflows: [workflow],
    logger: false,
  })
  // The lease is what a crash costs an order: for so long nobody else takes it up.
  const worker = engine.createWorker({ concurrency: 12, lease: '3s' })

  const orders = options.orders.values()
  const processOneByOne = async (): Promise<void> => {
    for (const order of orders) {
      if (signal.aborted) return
      const run = await engine.start(workflow, { id: order.orderId, input: order })
      await run.result().catch(unlessFailed)
      onFinished(order.orderId)
    }
  }
  try {
    await worker.start()
    await Promise.race([Promise.all(Array.from({ length: lanes }, processOneByOne)), aborted(signal)])
  } finally {
    await worker.stop({ grace: '3s' })
    await engine.close()
    warehouse.close()
  }
}

/** An order that fails is finished too. Its reason is in the database, where the summary finds it. */
function unlessFailed(error: unknown): void {
  if (!isDurableError(error, 'EXECUTION_FAILED')) throw error
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve())
  })
}

/** For tests only: a key of its own for each attempt shows what the key is there for. */
function keyFrom(idempotencyKey: string): string {
  return process.env['PERDURE_QUICKSTART_RANDOM_KEYS'] === '1' ? randomUUID() : idempotencyKey
}
