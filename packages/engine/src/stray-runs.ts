import { type ControlAnswer, isSameCommit } from '@perdure/core'
import type { EngineCore } from './engine-core.js'
import { later } from './later.js'
import type { RunJournal } from './run-journal.js'
import { runName } from './run-name.js'
import type { WarmCache } from './warm-cache.js'

const retryMs = 1_000

/**
 * Makes runs due whose code has gone on by itself after they were let go of, so that a claim finds them.
 *
 * Only those whose live function is kept: another one would start over what was awaited, and go on by itself again. One
 * that went on elsewhere meanwhile is of no use here, and is dropped.
 */
export class StrayRuns {
  readonly #core: EngineCore
  readonly #warm: WarmCache
  readonly #waiting = new Set<RunJournal>()
  #stopRetry: (() => void) | undefined
  #isStopped = false

  constructor(core: EngineCore, warm: WarmCache) {
    this.#core = core
    this.#warm = warm
  }

  /** Once what is being done now is done: it has just been let go of, and others may follow. */
  wake(journal: RunJournal): void {
    if (this.#waiting.size === 0) later(() => void this.#wakeAll())
    this.#waiting.add(journal)
  }

  /** For good. */
  stop(): void {
    this.#isStopped = true
    this.#stopRetry?.()
  }

  async #wakeAll(): Promise<void> {
    const strays = [...this.#waiting]
      .filter((journal) => this.#warm.has(runName(journal.key), journal))
      .map((journal) => ({ journal, mark: journal.mark }))
    this.#waiting.clear()
    if (strays.length === 0 || this.#isStopped) return
    try {
      const answers = await this.#core.store.control(
        strays.map(({ journal: { key }, mark }) => {
          const { namespace, executionId } = key
          return { namespace, executionId, action: { kind: 'wake', mark } }
        }),
      )
      strays.forEach(({ journal, mark }, index) => {
        const isAsItWas = journal.isReleased && isSameCommit(journal.mark, mark)
        if (isAsItWas && !mayComeBack(answers[index])) this.#warm.drop(runName(journal.key), journal)
      })
      const { bus, options } = this.#core
      bus.tell({ kind: 'due', namespace: options.namespace })
    } catch (error) {
      this.#tryAgain(
        strays.map(({ journal }) => journal),
        error,
      )
    }
  }

  #tryAgain(journals: readonly RunJournal[], error: unknown): void {
    const { clock, logger } = this.#core.options
    const executionIds = journals.map(({ key }) => key.executionId)
    logger.warn('Runs whose code has gone on could not be woken; trying again.', { error, executionIds })
    if (this.#isStopped) return
    for (const journal of journals) this.#waiting.add(journal)
    this.#stopRetry?.()
    this.#stopRetry = clock.schedule(retryMs, () => void this.#wakeAll())
  }
}

/** Whether the run may yet be claimed for its live function here: it is due, held, or due when it is resumed. */
function mayComeBack(answer: ControlAnswer | undefined): boolean {
  if (answer === undefined || answer.kind === 'unknown') return false
  return answer.status === 'PENDING' || answer.status === 'RUNNING' || answer.status === 'PAUSED'
}
