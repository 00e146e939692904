import { interleavingRequirements } from '../interleavings/interleaving-requirements.js'
import { batchRequirements } from './requirements/batch.js'
import { cancelRequirements } from './requirements/cancel.js'
import { childrenRequirements } from './requirements/children.js'
import { claimRequirements } from './requirements/claim.js'
import { commitRequirements } from './requirements/commit.js'
import { continueAsNewRequirements } from './requirements/continue-as-new.js'
import { controlRequirements } from './requirements/control.js'
import { deadlineRequirements } from './requirements/deadline.js'
import { fenceRequirements } from './requirements/fence.js'
import { finishedRequirements } from './requirements/finished.js'
import { handlesRequirements } from './requirements/handles.js'
import { inboxRequirements } from './requirements/inbox.js'
import { isolationRequirements } from './requirements/isolation.js'
import { journalRequirements } from './requirements/journal.js'
import { leaseRequirements } from './requirements/lease.js'
import { lifeRequirements } from './requirements/life.js'
import { listRequirements } from './requirements/list.js'
import { relayRequirements } from './requirements/relay.js'
import { startRequirements } from './requirements/start.js'
import { suspectRequirements } from './requirements/suspect.js'
import { timeRequirements } from './requirements/time.js'
import { traitRequirements } from './requirements/traits.js'
import { tryAgainRequirements } from './requirements/try-again.js'
import { turnRequirements } from './requirements/turn.js'
import { valuesRequirements } from './requirements/values.js'
import { wakeRequirements } from './requirements/wake.js'
import { workersRequirements } from './requirements/workers.js'
import type { StoreRequirement } from './store-trial.js'

/** Everything that a store must keep, noun by noun. */
export const storeRequirements: readonly StoreRequirement[] = [
  ...startRequirements,
  ...lifeRequirements,
  ...claimRequirements,
  ...leaseRequirements,
  ...suspectRequirements,
  ...tryAgainRequirements,
  ...fenceRequirements,
  ...commitRequirements,
  ...turnRequirements,
  ...continueAsNewRequirements,
  ...batchRequirements,
  ...inboxRequirements,
  ...wakeRequirements,
  ...controlRequirements,
  ...cancelRequirements,
  ...deadlineRequirements,
  ...childrenRequirements,
  ...relayRequirements,
  ...journalRequirements,
  ...valuesRequirements,
  ...listRequirements,
  ...finishedRequirements,
  ...workersRequirements,
  ...timeRequirements,
  ...handlesRequirements,
  ...isolationRequirements,
  ...traitRequirements,
  ...interleavingRequirements,
]
