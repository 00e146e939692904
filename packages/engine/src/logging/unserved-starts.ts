import type { Clock, Logger, NewRun, Store } from '@perdure/core'
import { workerSilenceMs } from '../shown-status.js'
import { Seldom } from './seldom.js'

const lookEveryMs = 60_000

/**
 * Says so when what was just started is of a workflow that no living worker has. One look per workflow, version and
 * queue a minute.
 */
export class UnservedStarts {
  readonly #store: Store
  readonly #clock: Clock
  readonly #logger: Logger
  readonly #seldom: Seldom

  constructor(store: Store, clock: Clock, logger: Logger) {
    this.#store = store
    this.#clock = clock
    this.#logger = logger
    this.#seldom = new Seldom(clock, lookEveryMs)
  }

  /** A run that this process has no code for was started. Never rejects: the start has succeeded. */
  async started({ namespace, executionId, workflow, version, queue }: NewRun): Promise<void> {
    if (!this.#seldom.isTime(JSON.stringify([workflow, version, queue]))) return
    try {
      const workers = await this.#store.workers({ namespace, seenSince: this.#clock.now() - workerSilenceMs })
      const isServed = workers.some(({ queues, pairs }) => {
        return (
          queues.includes(queue) &&
          pairs.some((pair) => pair.workflow === workflow && pair.version === version)
        )
      })
      if (isServed) return
      this.#logger.warn(
        `Execution ${executionId} was started, and no living worker has workflow "${workflow}" version "${version}" on ` +
          `queue "${queue}": it waits until one does.`,
        { workflow, version, queue, executionId },
      )
    } catch {
      // Whatever is wrong with the store is told by whoever needs an answer.
    }
  }
}
