import type { Codec } from './codec.js'
import type { Duration } from './duration.js'
import type { SearchAttributes } from './search-attributes.js'

/** What happens to a child that is still alive when its parent ends. */
export type ParentClosePolicy = 'cancel' | 'terminate' | 'abandon'

/** How a child workflow is started. `input` is needed unless the workflow can do without. */
export type ChildOptions<Input = unknown> = ChildSettings &
  (undefined extends Input ? { readonly input?: Input } : { readonly input: Input })

/** The options of a child: may be left out as a whole where the workflow needs no input. */
export type ChildArguments<Input> = undefined extends Input
  ? readonly [options?: ChildOptions<Input>]
  : readonly [options: ChildOptions<Input>]

export interface ChildSettings {
  /**
   * An execution id of its own. The child is then `detached`: it lives outside the tree of its parent and
   * outlives it, though the parent still hears how it ended.
   *
   * @default an id that is derived from the parent, the same on every replay
   */
  readonly id?: string
  /** @default 'cancel' */
  readonly parentClosePolicy?: ParentClosePolicy
  /** @default the queue of the parent */
  readonly queue?: string
  /** Higher is claimed first; -100 to 100. @default the priority of the parent */
  readonly priority?: number
  /** The longest that the child may take; then it ends TIMED_OUT. @default the workflow's own */
  readonly timeout?: Duration
  readonly searchAttributes?: SearchAttributes
  /** Writes the input and reads the result. @default the codec of the engine */
  readonly codec?: Codec
}

/** A child workflow that has been started. */
export interface ChildHandle<Output = unknown> {
  readonly executionId: string
  /** The operation of the parent that started it. */
  readonly operationId: string
  readonly name: string
  /**
   * What the child returned.
   *
   * @throws InvokeError if it failed or was cancelled, terminated or timed out
   */
  result(): Promise<Output>
}

/** How another durable function is called. Every field may be left out. */
export interface InvokeOptions {
  /** The longest wait for the result. @default forever */
  readonly timeout?: Duration
  /** @default the tenant of the execution */
  readonly tenantId?: string
  /** Writes the payload and reads the result. @default the codec of the engine */
  readonly codec?: Codec
  /** Takes the place of the name in the identity of the operation. @default the name */
  readonly id?: string
}
