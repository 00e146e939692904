import type { DurableContextOps } from '@perdure/core'
import type { Witness } from './witness.js'

/** What the runs of a kind do. Its lengths come from the chance of the context: the same in each pass. */
export type Script = (ctx: DurableContextOps, witness: Witness) => Promise<unknown>
