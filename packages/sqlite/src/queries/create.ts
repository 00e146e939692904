import type { CreateAnswer, NewRun } from '@perdure/core'
import { createOne } from '../effects.js'
import type { Transaction } from '../transaction.js'

export function create(transaction: Transaction, batch: readonly NewRun[]): CreateAnswer[] {
  return batch.map((wanted) => createOne(transaction, wanted))
}
