import type { AddressedMessage, AppendAnswer } from '@perdure/core'
import type { Act } from '../act.js'
import { appendOne } from '../effects.js'

export function append(act: Act, batch: readonly AddressedMessage[]): AppendAnswer[] {
  return batch.map((message) => appendOne(act, message))
}
