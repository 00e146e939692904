import type { EngineRequirement } from './engine-trial.js'
import { callerRequirements } from './requirements/callers.js'
import { directRequirements } from './requirements/direct.js'
import { endsRequirements } from './requirements/ends.js'
import { heardRequirements } from './requirements/heard.js'
import { engineIsolationRequirements } from './requirements/isolation.js'
import { livesRequirements } from './requirements/lives.js'
import { poisonRequirements } from './requirements/poison.js'
import { pollRequirements } from './requirements/poll.js'
import { secretRequirements } from './requirements/secret.js'
import { sharedStoreRequirements } from './requirements/shared-store.js'
import { shownRequirements } from './requirements/shown.js'
import { startRequirements } from './requirements/start.js'
import { startValueRequirements } from './requirements/start-values.js'
import { stopRequirements } from './requirements/stop.js'
import { unreadableRequirements } from './requirements/unreadable.js'
import { warmRequirements } from './requirements/warm.js'
import { workerRequirements } from './requirements/worker.js'
import { zombieRequirements } from './requirements/zombie.js'

/** Every rule of an engine over a store that the durable context does not show. */
export const engineRequirements: readonly EngineRequirement[] = [
  ...startRequirements,
  ...livesRequirements,
  ...endsRequirements,
  ...startValueRequirements,
  ...workerRequirements,
  ...stopRequirements,
  ...sharedStoreRequirements,
  ...pollRequirements,
  ...heardRequirements,
  ...warmRequirements,
  ...zombieRequirements,
  ...directRequirements,
  ...poisonRequirements,
  ...unreadableRequirements,
  ...engineIsolationRequirements,
  ...callerRequirements,
  ...secretRequirements,
  ...shownRequirements,
]
