import type { DurableContextOps } from '@perdure/core'
import type { ContextTrial } from './context-trial.js'

/** How often each body ran: the count is the test's own, so it sees what no journal can hide. */
export class Counts {
  readonly #counts = new Map<string, number>()

  /** One more; returns how many there are now. */
  add(name: string): number {
    const count = this.of(name) + 1
    this.#counts.set(name, count)
    return count
  }

  of(name: string): number {
    return this.#counts.get(name) ?? 0
  }

  get names(): readonly string[] {
    return [...this.#counts.keys()]
  }
}

/** A promise that the test settles. */
export interface Gate<T> {
  readonly promise: Promise<T>
  readonly open: (value: T) => void
  readonly fail: (error: unknown) => void
}

export function gate<T = void>(): Gate<T> {
  let open: (value: T) => void = () => {}
  let fail: (error: unknown) => void = () => {}
  const promise = new Promise<T>((resolve, reject) => {
    open = resolve
    fail = reject
  })
  promise.catch(() => {})
  return { promise, open, fail }
}

/** How long the workflow of `bothPasses` sleeps after what is observed. */
const nap = '1m'

/**
 * What a part of a workflow sees when it first runs, and what it sees when another process replays it. `meanwhile`
 * brings about what it waits for.
 */
export async function bothPasses<T>(
  t: ContextTrial,
  observe: (ctx: DurableContextOps) => Promise<T>,
  meanwhile: () => Promise<void> = async () => {},
): Promise<{ readonly first: T; readonly replayed: T }> {
  const seen: T[] = []
  const run = await t.launch(async (ctx) => {
    seen.push(await observe(ctx))
    await ctx.sleep('nap', nap)
  })
  await meanwhile()
  await t.settle()
  await t.restart()
  await t.advance(nap)
  await run.result()
  const [first, ...later] = seen
  if (later.length === 0) throw new Error(`What was to be observed was reached ${seen.length} times`)
  // There are at least two: both are of what was observed.
  return { first: first as T, replayed: later.at(-1) as T }
}

/** What a promise rejects with. */
export async function rejection(promise: PromiseLike<unknown>): Promise<unknown> {
  let value: unknown
  try {
    value = await promise
  } catch (error) {
    return error
  }
  throw new Error(`It was to reject and resolved with ${String(value)}`)
}

/** A gate for each name. */
export function gatesFor(...names: readonly string[]): Readonly<Record<string, Gate<string>>> {
  return Object.fromEntries(names.map((name) => [name, gate<string>()]))
}

/** Opens each gate with its name, and lets everything run before the next. */
export async function openInTurn(
  t: ContextTrial,
  gates: Readonly<Record<string, Gate<string>>>,
  names: readonly string[],
): Promise<void> {
  for (const name of names) {
    gates[name]?.open(name)
    await t.settle()
  }
}
