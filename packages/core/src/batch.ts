import type { Codec } from './codec.js'

/**
 * When a batch is complete. Asked in this order: enough successes, too many failures, all done. Without any
 * of the fields all branches run, whatever fails.
 */
export interface CompletionPolicy {
  /** So many successes are enough; the rest is called off. */
  readonly minSuccessful?: number
  /** One failure more than this, and the rest is called off. */
  readonly toleratedFailureCount?: number
  /** A share of failures above this, of all branches, calls the rest off. From 0 to 100. */
  readonly toleratedFailurePercentage?: number
}

/** What `map` and `parallel` have in common. */
export interface BatchOptions {
  /** How many branches run at once. A branch that waits gives its place to nobody. @default all */
  readonly maxConcurrency?: number
  /** @default all branches run, whatever fails */
  readonly completion?: CompletionPolicy
  /** Writes and reads the result of each branch. @default the codec of the engine */
  readonly codec?: Codec
  /** Takes the place of the name in the identity of the operation. @default the name */
  readonly id?: string
}

/** How `ctx.map` runs. Every field may be left out. */
export interface MapOptions<Item = unknown> extends BatchOptions {
  /**
   * Runs the items in groups of this size: the next group starts when the last one has ended.
   *
   * @default one group
   */
  readonly batchSize?: number
  /** Closes a group early when its items, encoded, reach so many bytes. @default no bound */
  readonly maxBatchBytes?: number
  /** Names the branch of an item in history and logs; it plays no part in its identity. @default the index */
  readonly itemName?: (item: Item, index: number) => string
}

/** How `ctx.parallel` runs. Every field may be left out. */
export interface ParallelOptions extends BatchOptions {}

/**
 * A branch of `ctx.parallel`: a function of its own context, with a name for history and logs if you like.
 */
export type ParallelBranch<Context, T> = BranchFunction<Context, T> | NamedBranch<Context, T>

export type BranchFunction<Context, T> = (ctx: Context) => T | Promise<T>

export interface NamedBranch<Context, T> {
  readonly name: string
  readonly run: BranchFunction<Context, T>
}

/** What a branch gives. */
export type BranchOutput<Branch> = Branch extends (...args: never) => infer Returned
  ? Awaited<Returned>
  : Branch extends { readonly run: (...args: never) => infer Returned }
    ? Awaited<Returned>
    : never
