import type { z } from 'zod'
import type { Order } from './order.js'
import { orderSchema } from './order.js'

export interface BrokenLine {
  /** The first line of a file is 1, as in an editor. */
  readonly lineNumber: number
  readonly reason: string
}

export interface ParsedOrders {
  readonly orders: readonly Order[]
  readonly brokenLines: readonly BrokenLine[]
}

/** Reads NDJSON, one order a line. A broken line stops nothing: it is reported, the others go on. */
export function parseOrders(text: string): ParsedOrders {
  const orders: Order[] = []
  const brokenLines: BrokenLine[] = []
  const lineOfOrder = new Map<string, number>()

  // Not node:readline: it also splits at U+2028, which may stand inside a JSON string.
  for (const [index, line] of text
    .replace(/^\uFEFF/, '')
    .split('\n')
    .entries()) {
    if (line.trim() === '') continue
    const lineNumber = index + 1
    const parsed = parseOrder(line)
    if ('reason' in parsed) {
      brokenLines.push({ lineNumber, reason: parsed.reason })
      continue
    }
    const { orderId } = parsed.order
    const firstLine = lineOfOrder.get(orderId)
    if (firstLine !== undefined) {
      brokenLines.push({ lineNumber, reason: `orderId: ${orderId} is already on line ${firstLine}` })
      continue
    }
    lineOfOrder.set(orderId, lineNumber)
    orders.push(parsed.order)
  }
  return { orders, brokenLines }
}

function parseOrder(line: string): { readonly order: Order } | { readonly reason: string } {
  let value: unknown
  try {
    value = JSON.parse(line)
  } catch {
    return { reason: 'not valid JSON' }
  }
  const result = orderSchema.safeParse(value, {
    error: (issue) => (issue.input === undefined ? 'is missing' : undefined),
  })
  return result.success ? { order: result.data } : { reason: describe(result.error) }
}

function describe(error: z.ZodError): string {
  const [first, ...others] = error.issues
  if (first === undefined) return 'not an order'
  const field = first.path.join('.') || 'line'
  const more = others.length > 0 ? ` (and ${others.length} more)` : ''
  return `${field}: ${first.message}${more}`
}
