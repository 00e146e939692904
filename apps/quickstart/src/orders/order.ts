import { z } from 'zod'

const executionIdRule = /^[A-Za-z0-9_.:-]{1,256}$/
const count = z.int().min(1).max(1_000)
const cents = z.int().min(0).max(100_000_000)

/** One line of the orders file. Amounts are whole cents: money never meets a floating point. */
export const orderSchema = z.object({
  // The order's id is also the id of its workflow: the same order can never be started twice.
  orderId: z.string().regex(executionIdRule, 'may hold only letters, digits and _ . : - (at most 256)'),
  placedAt: z.iso.datetime(),
  customer: z.object({ name: z.string().min(1), email: z.email() }),
  currency: z.enum(['EUR', 'USD', 'GBP', 'CHF']),
  items: z.array(z.object({ sku: z.string().min(1), quantity: count, unitPriceCents: cents })).min(1),
  totalCents: cents,
  cardToken: z.string().min(1),
})

export type Order = Readonly<z.infer<typeof orderSchema>>
