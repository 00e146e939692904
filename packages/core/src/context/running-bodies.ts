import type { Clock } from '../clock.js'
import type { Logger } from '../logger.js'
import { BodyWatch } from './body-watch.js'
import { abandonedMessage, longBodyMessage } from './complaints.js'
import { Draining } from './draining.js'
import type { RunningBody, Scope } from './scope.js'

/** The bodies that run in the contexts of a pass: how many, for how long, and until when an ended context awaits them. */
export class RunningBodies {
  readonly #draining: Draining
  readonly #watch: BodyWatch
  readonly #left: () => void
  #count = 0
  /** Of these, delays between attempts. */
  #delayCount = 0

  /** `left` is called when one has come back, or is not awaited any longer. */
  constructor(params: {
    readonly root: Scope
    readonly clock: Clock
    readonly logger: Logger
    readonly graceMs: number
    readonly left: () => void
  }) {
    const { root, clock, logger, graceMs, left } = params
    const { executionId } = root.place.run
    this.#left = left
    this.#draining = new Draining(clock, graceMs, (scope, body) => {
      if (body.name !== undefined)
        logger.warn(abandonedMessage(body.name, executionId, graceMs), { executionId, step: body.name })
      this.leave(scope, body)
    })
    this.#watch = new BodyWatch(clock, root, (step, sinceMs) => {
      logger.warn(longBodyMessage(step, executionId, sinceMs), { executionId, step, sinceMs })
    })
  }

  /** A body runs, or something is waited for as if one did. */
  get areBusy(): boolean {
    return this.#count > this.#delayCount
  }

  /** A delay between attempts is spent in the process. */
  get areDelayed(): boolean {
    return this.#delayCount > 0
  }

  enter(scope: Scope, body: RunningBody): void {
    scope.bodies.add(body)
    this.#count += 1
    if (body.isDelay) this.#delayCount += 1
  }

  /** False if it is not awaited any more. */
  leave(scope: Scope, body: RunningBody): boolean {
    if (!scope.bodies.delete(body)) return false
    this.#count -= 1
    if (body.isDelay) this.#delayCount -= 1
    this.#draining.check()
    this.#left()
    return true
  }

  /** Call `drained` when no body runs in an ended context or below it, or when the grace is over. */
  await(scope: Scope, drained: () => void): void {
    this.#draining.await(scope, drained)
  }

  /** Everything but bodies waits. */
  watch(): void {
    this.#watch.arm()
  }

  /** The run is let go of: nothing runs. */
  stopWatching(): void {
    this.#watch.stop()
  }

  /** The pass is over: nobody awaits anything. */
  clear(): void {
    this.#watch.stop()
    this.#draining.clear()
  }
}
