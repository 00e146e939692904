import type { CapabilityName } from './capabilities.js'
import type { Codec } from './codec.js'
import type { Duration } from './duration.js'
import type { SchemaOutput, StandardSchemaV1 } from './standard-schema.js'

/** Which endings of a workflow roll it back. */
export type CompensateOn = 'failure' | 'cancel' | 'timeout'

/** The events that a workflow waits for: name and schema of the payload. */
export type EventSchemas = Readonly<Record<string, StandardSchemaV1>>

/** No event is declared: any may be awaited, its payload `unknown`. */
export type NoEvents = Record<never, StandardSchemaV1>

/** What each declared event carries. */
export type EventPayloads<Events extends EventSchemas> = {
  readonly [Name in keyof Events]: SchemaOutput<Events[Name]>
}

/**
 * What is known of a workflow before it runs. Only the name is needed.
 *
 * @typeParam Input - what `start` takes
 * @typeParam Output - what `result()` gives
 * @typeParam Events - the schemas of the declared events
 * @typeParam Parsed - what the handler is given: the input, as its schema gives it
 * @typeParam Accepted - what the handler may return: what the schema of the output takes
 */
export interface WorkflowOptions<
  Input = unknown,
  Output = unknown,
  Events extends EventSchemas = NoEvents,
  Parsed = Input,
  Accepted = unknown,
> {
  /** 1 to 256 printable ASCII characters. Executions are found again by it: it never changes. */
  readonly name: string
  /** Runs stay with the version that they were started with. @default '1' */
  readonly version?: string
  /**
   * Checks the input, and gives the handler its type. `start` refuses what it refuses, before anything is
   * written. It runs again on every replay, so it must always answer the same.
   */
  readonly input?: StandardSchemaV1<Input, Parsed>
  /** Checks what the handler returns. The execution fails with a `ValidationError` if it does not fit. */
  readonly output?: StandardSchemaV1<Accepted, Output>
  /**
   * Checks the payload of each event by its name, where it is sent and where it is awaited, and gives it its
   * type.
   */
  readonly events?: Events
  /**
   * The longest that an execution may take, from its start on, also while it is paused or blocked. Then it
   * ends TIMED_OUT, its children with it; its code does not run any more.
   *
   * @default none
   */
  readonly timeout?: Duration
  /** How long a cancelled execution may go on to clean up. @default '30s' */
  readonly cancelGrace?: Duration
  /**
   * Capabilities that the adapter must have. An engine whose adapter lacks one refuses the workflow when it
   * is registered. @default none
   */
  readonly requires?: readonly CapabilityName[]
  /** Which endings run the compensations. @default all three */
  readonly compensateOn?: readonly CompensateOn[]
  /**
   * What follows if a finished run has left out an operation that its journal holds, because it was renamed
   * or removed: a warning, or the run is BLOCKED until code that fits comes along.
   *
   * @default 'warn'
   */
  readonly onUnvisited?: 'warn' | 'block'
  /** Writes and reads the values of this workflow. @default the codec of the engine */
  readonly codec?: Codec
}
