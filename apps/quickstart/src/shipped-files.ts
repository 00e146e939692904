import { fileURLToPath } from 'node:url'

// This file lies directly under src, and is built to directly under dist: data/ is beside both.
const data = new URL('../data/', import.meta.url)

/** The orders that come with the quickstart. */
export const shippedOrdersFile: string = fileURLToPath(new URL('orders.ndjson', data))

/** What the warehouse has on its shelves before the first order. */
export const shippedStockFile: string = fileURLToPath(new URL('stock.json', data))
