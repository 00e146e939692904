import { childAndParentEncounters } from './encounters/child-and-parent.js'
import { claimAndLeaseEncounters } from './encounters/claim-and-lease.js'
import { finishAndCancelEncounters } from './encounters/finish-and-cancel.js'
import { livesAndTimesEncounters } from './encounters/lives-and-times.js'
import { setAsideEncounters } from './encounters/set-aside.js'
import { suspendAndMessageEncounters } from './encounters/suspend-and-message.js'
import type { Interleaving } from './interleaving.js'

/** Who can get into each other's way at the level of a store's verbs. */
export const interleavings: readonly Interleaving[] = [
  ...suspendAndMessageEncounters,
  ...finishAndCancelEncounters,
  ...childAndParentEncounters,
  ...claimAndLeaseEncounters,
  ...livesAndTimesEncounters,
  ...setAsideEncounters,
]
