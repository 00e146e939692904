import { explore } from './explore.js'

/** What one party does: one call of a store between two yields. It may look at what it was answered and go on by that. */
export type Script = () => AsyncGenerator<undefined, void, undefined>

/** Parties that meet in one store, made again for every order. */
export interface Encounter {
  readonly scripts: Readonly<Record<string, Script>>
  /** Rejects if what must be true after every order is not. */
  readonly check: () => Promise<void>
}

/** Lets the scripts of an encounter run in every order of their calls. Returns how many orders there were. */
export function interleave(meet: () => Promise<Encounter>): Promise<number> {
  return explore(async (choose) => {
    const { scripts, check } = await meet()
    let going = Object.entries(scripts).map(([actor, script]) => ({ actor, calls: script() }))
    while (going.length > 0) {
      const next = choose(going)
      const { done } = await next.calls.next()
      if (done === true) going = going.filter((each) => each !== next)
    }
    await check()
  })
}

/** Lets all scripts of an encounter run at once, as often as there are scripts, each time beginning with another. */
export async function meetAtOnce(meet: () => Promise<Encounter>): Promise<void> {
  for (let first = 0, count = 1; first < count; first += 1) {
    const { scripts, check } = await meet()
    const actors = Object.keys(scripts)
    count = actors.length
    const order = [...actors.slice(first), ...actors.slice(0, first)]
    await Promise.all(order.map((actor) => drain((scripts[actor] ?? inTurn())())))
    try {
      await check()
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      throw new Error(`All at once, ${order.join(', ')}: ${message}`, { cause: error })
    }
  }
}

/** Makes all calls of a script. */
export async function drain(calls: ReturnType<Script>): Promise<void> {
  for await (const _ of calls);
}

/** The script that makes these calls, whatever it is answered. */
export function inTurn(...calls: readonly (() => Promise<unknown>)[]): Script {
  return async function* () {
    for (const [index, call] of calls.entries()) {
      if (index > 0) yield
      await call()
    }
  }
}
