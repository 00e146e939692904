import { AsyncLocalStorage, AsyncResource } from 'node:async_hooks'
import { Place } from './place.js'

/** Calls what it is given in a certain async context. */
export type EnterContext = <T>(run: () => T) => T

/** Marks the async context that a worker, or an execution held directly, calls its own. */
class Home {}

/** Marks what listeners of an abort do: they are called because the library aborts, and nobody could catch it. */
class Listening {
  readonly place: Place

  constructor(place: Place) {
    this.place = place
  }
}

const zone = new AsyncLocalStorage<Place | Home | Listening>()

/** Calls user code, so that whatever it calls, awaits and leaves behind can be told to be of that place. */
export function runInPlace<T>(place: Place, run: () => T): T {
  return zone.run(place, run)
}

/** Calls what calls the listeners of user code. */
export function runListeners<T>(place: Place, run: () => T): T {
  return zone.run(new Listening(place), run)
}

/** The place whose listeners are running, or what they have left behind. */
export function listeningPlace(): Place | undefined {
  const store = zone.getStore()
  return store instanceof Listening ? store.place : undefined
}

/** The place of the code that is running; undefined if it is not known to be of any run. */
export function currentPlace(): Place | undefined {
  const store = zone.getStore()
  return store instanceof Place ? store : listeningPlace()
}

/** The async context of the caller, to call something in it later. Cheap, but not free: for what is not called at once. */
export function captureContext(): EnterContext {
  // On Node.js 20 `AsyncLocalStorage.snapshot` does the same and costs fifty times as much.
  const resource = new AsyncResource('Perdure', { requireManualDestroy: true })
  return (run) => resource.runInAsyncScope(run)
}

/**
 * The async context of the caller, as the one that everything is done in which belongs to no user code: claims, turns,
 * timers, the first line of a workflow. **Whoever wakes a worker, and whichever run armed the batch, lends it nothing**:
 * no tenant, no transaction, no trace.
 *
 * What is done there calls more of the same, which then costs one look.
 */
export function captureHome(): EnterContext {
  const home = new Home()
  const enter = zone.run(home, captureContext)
  return (run) => (zone.getStore() === home ? run() : enter(run))
}
