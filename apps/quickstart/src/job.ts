import { readFileSync } from 'node:fs'
import path from 'node:path'
import type { CliOptions } from './cli-options.js'
import { UsageError } from './cli-options.js'
import type { Order } from './orders/order.js'
import type { BrokenLine } from './orders/parse-orders.js'
import { parseOrders } from './orders/parse-orders.js'
import { shippedOrdersFile } from './shipped-files.js'

/** What there is to do. */
export interface Job {
  readonly file: string
  readonly isShipped: boolean
  readonly contents: string
  readonly orders: readonly Order[]
  readonly brokenLines: readonly BrokenLine[]
  readonly seed: number
  readonly fresh: boolean
}

/** Reads the orders file. Throws `UsageError` if there is nothing to do with it. */
export function readJob(options: CliOptions): Job {
  const file = options.file === undefined ? shippedOrdersFile : path.resolve(options.file)
  const contents = readContents(file)
  const { orders, brokenLines } = parseOrders(contents)
  if (orders.length === 0) {
    const why = brokenLines.length === 0 ? 'it is empty' : describe(brokenLines)
    throw new UsageError(`there is no order in ${file}: ${why}`)
  }
  return {
    file,
    isShipped: file === shippedOrdersFile,
    contents,
    orders,
    brokenLines,
    seed: options.seed,
    fresh: options.fresh,
  }
}

/** One line that says what is going to be done. */
export function headline({ file, orders, brokenLines, seed }: Job): string {
  const relative = path.relative(process.cwd(), file)
  const name = relative.startsWith('..') ? file : relative
  return `${name}: ${orders.length} orders, ${brokenLines.length} broken lines (seed ${seed})`
}

function readContents(file: string): string {
  try {
    return readFileSync(file, 'utf8')
  } catch (error) {
    throw new UsageError(`cannot read ${file}: ${error instanceof Error ? error.message : String(error)}`)
  }
}

function describe(brokenLines: readonly BrokenLine[]): string {
  const [first, ...others] = brokenLines
  return `line ${first?.lineNumber}: ${first?.reason}${others.length > 0 ? `, and ${others.length} more` : ''}`
}
