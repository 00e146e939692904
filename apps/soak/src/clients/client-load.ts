import { type SeededRandom, seededRandom } from '@perdure/core'
import type { Engine } from '@perdure/engine'
import type { SoakLog } from '../effects/soak-log.js'
import { conversationsAtOnce, startEveryMs } from '../settings.js'
import type { SoakStore } from '../stores/soak-store.js'
import { executionIdOf, mayNeverEnd, pickKind, type RunKind } from '../workflows/run-kind.js'
import { Client } from './client.js'
import { conversationOf } from './conversations.js'

export interface LoadHost {
  readonly engine: Engine
  readonly log: SoakLog
  readonly store: SoakStore
  /** Names this life of this process. */
  readonly by: string
  readonly seed: number
  /** It starts only what it is told to. */
  readonly isResting: boolean
}

/** Starts runs and talks to them, a bounded number at a time. */
export class ClientLoad {
  readonly #host: LoadHost
  readonly #random: SeededRandom
  readonly #closing = new AbortController()
  readonly #client: Client
  readonly #open = new Set<Promise<void>>()
  readonly #timer: ReturnType<typeof setInterval>
  /** Waits whose end nobody expects. */
  readonly #idleWaits = new Set<Promise<void>>()
  #count = 0

  constructor(host: LoadHost) {
    this.#host = host
    this.#random = seededRandom(`${host.seed}/${host.by}`)
    this.#client = new Client(host.engine, host.log, this.#closing.signal)
    this.#timer = setInterval(() => {
      if (!host.isResting && this.#open.size < conversationsAtOnce) this.begin(pickKind(this.#random.next()))
    }, startEveryMs)
  }

  begin(kind: RunKind): void {
    const talking = this.#talk(kind).finally(() => this.#open.delete(talking))
    this.#open.add(talking)
  }

  /** Starts nothing more; resolves when all is said, and all that ends has ended. */
  async drain(): Promise<void> {
    clearInterval(this.#timer)
    while (this.#open.size > 0) await Promise.all(this.#open)
  }

  /** Gives up every wait. */
  async close(): Promise<void> {
    clearInterval(this.#timer)
    this.#closing.abort(new Error('the soak is over'))
    await Promise.all([...this.#open, ...this.#idleWaits])
  }

  async #talk(kind: RunKind): Promise<void> {
    const { by, log, store, seed } = this.#host
    this.#count += 1
    const executionId = executionIdOf(kind, by, this.#count)
    const random = seededRandom(`${seed}/${executionId}`)
    const damage = (): void => {
      const how = store.damage(executionId, random.next())
      if (how !== undefined) log.run(executionId, { kind: 'damaged', how })
    }
    const handle = await conversationOf(kind)({ client: this.#client, executionId, random, damage }, kind)
    if (handle === undefined) return
    const waiting = this.#client.result(handle)
    if (!mayNeverEnd(kind)) return waiting
    this.#idleWaits.add(waiting)
    void waiting.finally(() => this.#idleWaits.delete(waiting))
  }
}
