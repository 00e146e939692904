import { explore } from './explore.js'

/** What one party does: one call of a store between two yields. It may look at what it was answered and go on by that. */
export type Script = () => AsyncGenerator<undefined, void, undefined>

/** Parties that meet in one store, made anew for every order. */
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

/** The script that makes these calls, whatever it is answered. */
export function inTurn(...calls: readonly (() => Promise<unknown>)[]): Script {
  return async function* () {
    for (const [index, call] of calls.entries()) {
      if (index > 0) yield
      await call()
    }
  }
}
