import type { ContextRequirement } from './context-trial.js'
import { attemptTimeoutRequirements } from './requirements/attempt-timeout.js'
import { backOffRequirements } from './requirements/back-off.js'
import { cancelRequirements } from './requirements/cancel.js'
import { cancelledWaitRequirements } from './requirements/cancelled-waits.js'
import { capabilityRequirements } from './requirements/capability.js'
import { changeRequirements } from './requirements/change.js'
import { childContextRequirements } from './requirements/child-context.js'
import { childContextEndRequirements } from './requirements/child-context-end.js'
import { cleanUpRequirements } from './requirements/clean-up.js'
import { crashRequirements } from './requirements/crash.js'
import { determinismRequirements } from './requirements/determinism.js'
import { disturbedWriteRequirements } from './requirements/disturbed-write.js'
import { endingRequirements } from './requirements/ending.js'
import { eventRequirements } from './requirements/event.js'
import { eventTimeoutRequirements } from './requirements/event-timeout.js'
import { giveUpRequirements } from './requirements/give-up.js'
import { identityRequirements } from './requirements/identity.js'
import { inputRequirements } from './requirements/input.js'
import { loggingRequirements } from './requirements/logging.js'
import { misuseRequirements } from './requirements/misuse.js'
import { orderRequirements } from './requirements/order.js'
import { outsideRequirements } from './requirements/outside.js'
import { pagingRequirements } from './requirements/paging.js'
import { raceRequirements } from './requirements/race.js'
import { rejectionRequirements } from './requirements/rejection.js'
import { retryRequirements } from './requirements/retry.js'
import { semanticsRequirements } from './requirements/semantics.js'
import { sentInputRequirements } from './requirements/sent-input.js'
import { sideEffectRequirements } from './requirements/side-effect.js'
import { sleepRequirements } from './requirements/sleep.js'
import { sleepRangeRequirements } from './requirements/sleep-range.js'
import { stepRequirements } from './requirements/step.js'
import { terminateRequirements } from './requirements/terminate.js'
import { uninspectableRequirements } from './requirements/uninspectable.js'
import { unkeepableRequirements } from './requirements/unkeepable.js'
import { valueRequirements } from './requirements/values.js'

/** Every rule of the durable context. */
export const contextRequirements: readonly ContextRequirement[] = [
  ...identityRequirements,
  ...stepRequirements,
  ...retryRequirements,
  ...backOffRequirements,
  ...giveUpRequirements,
  ...attemptTimeoutRequirements,
  ...semanticsRequirements,
  ...raceRequirements,
  ...orderRequirements,
  ...outsideRequirements,
  ...sleepRequirements,
  ...sleepRangeRequirements,
  ...eventRequirements,
  ...eventTimeoutRequirements,
  ...childContextRequirements,
  ...childContextEndRequirements,
  ...sideEffectRequirements,
  ...determinismRequirements,
  ...changeRequirements,
  ...valueRequirements,
  ...unkeepableRequirements,
  ...loggingRequirements,
  ...cancelRequirements,
  ...cleanUpRequirements,
  ...rejectionRequirements,
  ...cancelledWaitRequirements,
  ...misuseRequirements,
  ...uninspectableRequirements,
  ...terminateRequirements,
  ...endingRequirements,
  ...crashRequirements,
  ...disturbedWriteRequirements,
  ...inputRequirements,
  ...sentInputRequirements,
  ...capabilityRequirements,
  ...pagingRequirements,
]
