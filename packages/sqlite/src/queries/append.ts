import type { AddressedMessage, AppendAnswer } from '@perdure/core'
import { appendOne } from '../effects.js'
import type { Transaction } from '../transaction.js'

export function append(transaction: Transaction, batch: readonly AddressedMessage[]): AppendAnswer[] {
  return batch.map((message) => appendOne(transaction, message))
}
