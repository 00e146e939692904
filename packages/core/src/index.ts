export type { ActivityOptions } from './activity-options.js'
export type * from './batch.js'
export type * from './batch-mode-options.js'
export type * from './batch-result.js'
export type * from './callback.js'
export {
  type Capabilities,
  type CapabilitiesInput,
  type CapabilityLimits,
  type CapabilityName,
  capabilities,
  capabilityNames,
  hasCapability,
  requireCapability,
} from './capabilities.js'
export { type ContextCapabilityName, capabilityOf } from './capability-of.js'
export type * from './child.js'
export type { ChildContextOptions } from './child-context-options.js'
export { type Clock, systemClock } from './clock.js'
export { type Codec, decodeValue, defaultCodec, encodeValue } from './codec.js'
export type * from './compensation-options.js'
export type * from './compensation-result.js'
export { consoleLogger } from './console-logger.js'
export { captureHome, type EnterContext } from './context/async-zone.js'
export { containRejections } from './context/contain-rejections.js'
export { createContext } from './context/context.js'
export { giveWay } from './context/give-way.js'
export { Pass, type PassOptions } from './context/pass.js'
export { type RunnableWorkflow, runWorkflow } from './context/run-workflow.js'
export type { DurableContextOps, ExecutionMode } from './durable-context.js'
export { type Duration, type DurationObject, maxWaitMs, toMs } from './duration.js'
export { decodeError, encodeError, encodeReason, type Reason, saying, showError } from './encoded-error.js'
export {
  byteLength,
  checkEncoded,
  checkPayloadSize,
  type EncodedValue,
  type PayloadLimits,
} from './encoded-value.js'
export type { Environment } from './environment.js'
export { type ErrorCode, errorCodes } from './error-codes.js'
export { type EncodedPart, type ErrorObject, reviveError, toErrorObject } from './error-object.js'
export * from './errors.js'
export type * from './event-options.js'
export { findCause } from './find-cause.js'
export type { HttpClient } from './http-client.js'
export {
  type BlockedBecause,
  cancelSubType,
  type DropReason,
  eventSubType,
  type Journal,
  type JournalListener,
  type OperationUpdate,
  type PassEnding,
  type RunFacts,
} from './journal.js'
export type { Json } from './json.js'
export type { KeyValueStore } from './key-value-store.js'
export { type Logger, safeLogger, silentLogger } from './logger.js'
export type * from './logger-options.js'
export { checkChosenExecutionId, checkExecutionId, checkName, checkOptions } from './names.js'
export { childPath, deriveChildExecutionId, type OperationPath, rootPath } from './operation-id.js'
export { type SeededRandom, seededRandom } from './random.js'
export type * from './records.js'
export { type ResolvedRetryPolicy, type RetryPolicy, resolveRetryPolicy, retry } from './retry-policy.js'
export { rowFormat } from './row-format.js'
export { type AppendDecision, appendMessage, wakes } from './rules/append-message.js'
export { applyUpdate, type Sequence } from './rules/apply-update.js'
export { claimAt, earlier } from './rules/claim-at.js'
export { commitTurn, type TurnDecision, viewOf } from './rules/commit-turn.js'
export { type ControlDecision, controlRun } from './rules/control-run.js'
export { findMessageDamage, findOperationDamage } from './rules/corrupted-journal.js'
export {
  corruptedReason,
  findStateDamage,
  findValuesDamage,
  lostValues,
  type RunValues,
  salvageState,
  setAsideRow,
} from './rules/corrupted-row.js'
export { type Effects, type Ending, endRun } from './rules/end-run.js'
export { endingOf } from './rules/ending-of.js'
export { fencedAnswer } from './rules/fenced.js'
export { forgottenBefore } from './rules/forgotten-worker.js'
export { hasJustEnded } from './rules/has-just-ended.js'
export { type LookedAt, lookAtRun } from './rules/look-at-run.js'
export { nextRun } from './rules/next-run.js'
export { refusedChild } from './rules/refused-child.js'
export { renewLease } from './rules/renew-lease.js'
export { retryableSince } from './rules/retryable-since.js'
export { isMeant } from './rules/run-target.js'
export { isSameCommit } from './rules/same-commit.js'
export { type ExistingRun, type StartDecision, startRun } from './rules/start-run.js'
export { isSettledStep, isSuspect, isToTryAlone, isTriedAlone, provenAfterMs } from './rules/suspicion.js'
export { isAcquirable, isClaimable, isClaimedBy, type LeaseTaker, takeLease } from './rules/take-lease.js'
export { tellTime } from './rules/told-time.js'
export type { SearchAttributesPatch } from './search-attributes.js'
export {
  type SchemaInput,
  type SchemaOutput,
  type StandardSchemaV1,
  validateWithSchema,
} from './standard-schema.js'
export {
  type CompensationOutcome,
  type ExecutionStatus,
  executionStatuses,
  isSettled,
  isTerminal,
  type OperationAction,
  type OperationStatus,
  type OperationType,
  type TerminalStatus,
  terminalStatuses,
} from './statuses.js'
export type { StepContext } from './step-context.js'
export type { StepOptions, StepSemantics } from './step-options.js'
export type { StepOutcome } from './step-outcome.js'
export type { StepRecord } from './step-record.js'
export type * from './store.js'
export type * from './timer-handle.js'
export type { TransactionOptions } from './transaction-options.js'
export type * from './wait-for-condition.js'
export { defineWorkflow, type Workflow } from './workflow.js'
export type { CompensateOn, EventPayloads, EventSchemas, WorkflowOptions } from './workflow-options.js'
export type { WorkflowRef } from './workflow-ref.js'
