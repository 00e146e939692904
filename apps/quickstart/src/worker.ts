import { readFileSync } from 'node:fs'
import { parseOrders } from './orders/parse-orders.js'
import { processOrders } from './process-orders.js'
import { liveWithParent } from './processes/live-with-parent.js'
import type { WorkerMessage } from './processes/messages.js'
import { runFolder } from './run-folder.js'

// The program that a crash run kills: node worker.js <folder> <URL of the payment server>
// It holds nothing that its successor would need.

const [path = '', paymentsUrl = ''] = process.argv.slice(2)
const folder = runFolder(path)
liveWithParent()

await processOrders({
  orders: parseOrders(readFileSync(folder.orders, 'utf8')).orders,
  folder,
  paymentsUrl,
  onFinished: (orderId) => {
    process.send?.({ kind: 'finished', orderId } satisfies WorkerMessage)
  },
  signal: new AbortController().signal,
})
process.disconnect?.()
