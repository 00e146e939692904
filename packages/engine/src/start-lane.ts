import { type CreateAnswer, captureHome, type EnterContext, type NewRun, type Store } from '@perdure/core'
import { saysTryAgain } from './commit-lane.js'
import { inGroups, later } from './later.js'

interface Waiting {
  readonly run: NewRun
  readonly resolve: (answer: CreateAnswer) => void
  readonly reject: (error: unknown) => void
}

const bounds = { maxRows: 1_000, maxBytes: 4 * 1024 * 1024 }

/** Starts that are asked for together are written together. */
export class StartLane {
  readonly #store: Store
  readonly #created: () => void
  /** Of no caller: a group belongs to all that are in it. */
  readonly #enterHome: EnterContext = captureHome()
  #waiting: Waiting[] = []
  #isScheduled = false

  /** `created` is called when there is a new run. */
  constructor(store: Store, created: () => void) {
    this.#store = store
    this.#created = created
  }

  create(run: NewRun): Promise<CreateAnswer> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ run, resolve, reject })
      if (this.#isScheduled) return
      this.#isScheduled = true
      this.#enterHome(() => later(() => void this.#send()))
    })
  }

  async #send(): Promise<void> {
    const groups = inGroups(
      this.#waiting,
      ({ run }) => ({ rows: 1, bytes: 500 + run.input.data.length }),
      bounds,
    )
    this.#waiting = []
    this.#isScheduled = false
    for (const group of groups) await this.#sendGroup(group)
  }

  async #sendGroup(group: readonly Waiting[]): Promise<void> {
    try {
      const answers = await this.#store.create(group.map(({ run }) => run))
      if (answers.some(({ kind }) => kind === 'created')) this.#created()
      group.forEach(({ resolve, reject }, index) => {
        const answer = answers[index]
        if (answer === undefined) reject(new Error('The store gave fewer answers than it was given runs.'))
        else resolve(answer)
      })
    } catch (error) {
      // One of them is at fault, and nobody knows which.
      if (group.length > 1 && !saysTryAgain(error))
        for (const waiting of group) void this.#sendGroup([waiting])
      else for (const { reject } of group) reject(error)
    }
  }
}
