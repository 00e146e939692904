import type { ContextRequirement } from './context-trial.js'
import { attemptTimeoutRequirements } from './requirements/attempt-timeout.js'
import { cancelRequirements } from './requirements/cancel.js'
import { capabilityRequirements } from './requirements/capability.js'
import { changeRequirements } from './requirements/change.js'
import { childContextRequirements } from './requirements/child-context.js'
import { crashRequirements } from './requirements/crash.js'
import { determinismRequirements } from './requirements/determinism.js'
import { endingRequirements } from './requirements/ending.js'
import { eventRequirements } from './requirements/event.js'
import { eventTimeoutRequirements } from './requirements/event-timeout.js'
import { identityRequirements } from './requirements/identity.js'
import { inputRequirements } from './requirements/input.js'
import { loggingRequirements } from './requirements/logging.js'
import { orderRequirements } from './requirements/order.js'
import { outsideRequirements } from './requirements/outside.js'
import { pagingRequirements } from './requirements/paging.js'
import { retryRequirements } from './requirements/retry.js'
import { semanticsRequirements } from './requirements/semantics.js'
import { sideEffectRequirements } from './requirements/side-effect.js'
import { sleepRequirements } from './requirements/sleep.js'
import { stepRequirements } from './requirements/step.js'
import { terminateRequirements } from './requirements/terminate.js'
import { unkeepableRequirements } from './requirements/unkeepable.js'
import { valueRequirements } from './requirements/values.js'

/** Every rule of the durable context. */
export const contextRequirements: readonly ContextRequirement[] = [
  ...identityRequirements,
  ...stepRequirements,
  ...retryRequirements,
  ...attemptTimeoutRequirements,
  ...semanticsRequirements,
  ...orderRequirements,
  ...sleepRequirements,
  ...eventRequirements,
  ...eventTimeoutRequirements,
  ...childContextRequirements,
  ...sideEffectRequirements,
  ...determinismRequirements,
  ...changeRequirements,
  ...valueRequirements,
  ...unkeepableRequirements,
  ...loggingRequirements,
  ...cancelRequirements,
  ...terminateRequirements,
  ...endingRequirements,
  ...crashRequirements,
  ...inputRequirements,
  ...capabilityRequirements,
  ...pagingRequirements,
  ...outsideRequirements,
]
