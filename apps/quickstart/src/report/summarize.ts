import type { Job } from '../job.js'
import type { OrderOutcome, OrderOutcomes } from '../orders/outcome.js'
import type { Summary } from './summary-table.js'

/** The orders of the file that are done or have failed. */
export function finishedOrders(job: Job, outcomes: OrderOutcomes): Set<string> {
  return ordersWhere(job, outcomes, (outcome) => outcome.kind !== 'open')
}

/** The orders of the file that a worker has taken up and not finished. */
export function begunOrders(job: Job, outcomes: OrderOutcomes): Set<string> {
  return ordersWhere(job, outcomes, (outcome) => outcome.kind === 'open' && outcome.begun)
}

/** Counts what became of the orders of the file. */
export function summarize(job: Job, outcomes: OrderOutcomes, retries: number, elapsedMs?: number): Summary {
  const failures = new Map<string, number>()
  for (const { orderId } of job.orders) {
    const outcome = outcomes.get(orderId)
    if (outcome?.kind === 'failed') failures.set(outcome.reason, (failures.get(outcome.reason) ?? 0) + 1)
  }
  return {
    done: ordersWhere(job, outcomes, (outcome) => outcome.kind === 'done').size,
    failures,
    unfinished: job.orders.length - finishedOrders(job, outcomes).size,
    brokenLines: job.brokenLines,
    retries,
    elapsedMs,
  }
}

function ordersWhere(job: Job, outcomes: OrderOutcomes, is: (outcome: OrderOutcome) => boolean): Set<string> {
  const orderIds = job.orders.map((order) => order.orderId)
  return new Set(orderIds.filter((orderId) => is(outcomes.get(orderId) ?? { kind: 'open', begun: false })))
}
