import { type SeededRandom, seededRandom } from '@perdure/core'
import type { Engine } from '@perdure/engine'
import type { SoakLog } from '../effects/soak-log.js'
import { conversationsAtOnce, startEveryMs } from '../settings.js'
import type { SoakStore } from '../stores/soak-store.js'
import { executionIdOf, isPatient, mayNeverEnd, pickKind, type RunKind } from '../workflows/run-kind.js'
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
  /** Conversations that go on in the silence. */
  readonly #patient = new Set<Promise<void>>()
  readonly #silence: Promise<void>
  #breakSilence: (() => void) | undefined
  readonly #timer: ReturnType<typeof setInterval>
  /** Waits whose end nobody expects. */
  readonly #idleWaits = new Set<Promise<void>>()
  #count = 0

  constructor(host: LoadHost) {
    this.#host = host
    this.#random = seededRandom(`${host.seed}/${host.by}`)
    this.#client = new Client(host.engine, host.log, this.#closing.signal)
    this.#silence = new Promise((resolve) => {
      this.#breakSilence = resolve
    })
    this.#timer = setInterval(() => {
      if (!host.isResting && this.#open.size < conversationsAtOnce) this.begin(pickKind(this.#random.next()))
    }, startEveryMs)
  }

  begin(kind: RunKind): void {
    const talking = this.#talk(kind).finally(() => {
      this.#patient.delete(talking)
      this.#open.delete(talking)
    })
    const among = isPatient(kind) ? this.#patient : this.#open
    among.add(talking)
  }

  /** In the silence: asks for one of each thing that a worker has to come to know of. */
  breakSilence(): void {
    this.#breakSilence?.()
    for (const talking of this.#patient) this.#open.add(talking)
    this.#patient.clear()
    this.begin('steps')
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
    const talk = { client: this.#client, executionId, random, silence: this.#silence, damage }
    const handle = await conversationOf(kind)(talk, kind)
    if (handle === undefined) return
    const waiting = this.#client.result(handle)
    if (!mayNeverEnd(kind)) return waiting
    this.#idleWaits.add(waiting)
    void waiting.finally(() => this.#idleWaits.delete(waiting))
  }
}
