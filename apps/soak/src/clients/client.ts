import { randomUUID } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { ExecutionStatus, IdReusePolicy } from '@perdure/core'
import type { Engine, ExecutionHandle, StartOptions } from '@perdure/engine'
import type { ClientAction } from '../effects/log-line.js'
import type { SoakLog } from '../effects/soak-log.js'
import type { RunKind } from '../workflows/run-kind.js'
import { errorCodeOf } from './error-code-of.js'

export interface EventOptions {
  readonly eventId: string
  readonly dedupeId?: string
}

export interface StartAs extends Omit<StartOptions, 'id' | 'input'> {
  readonly idReusePolicy?: IdReusePolicy
}

/** How a wait for a result can end if the run has one. */
const endings: Readonly<Record<string, ExecutionStatus>> = {
  EXECUTION_FAILED: 'FAILED',
  EXECUTION_CANCELLED: 'CANCELLED',
  EXECUTION_TERMINATED: 'TERMINATED',
  EXECUTION_TIMED_OUT: 'TIMED_OUT',
}

/** Asks the engine, and tells the log what was asked and what was acknowledged. */
export class Client {
  readonly #engine: Engine
  readonly #log: SoakLog
  readonly #closed: AbortSignal

  constructor(engine: Engine, log: SoakLog, closed: AbortSignal) {
    this.#engine = engine
    this.#log = log
    this.#closed = closed
  }

  async start(
    kind: RunKind,
    executionId: string,
    options: StartAs = {},
  ): Promise<ExecutionHandle | undefined> {
    let handle: ExecutionHandle | undefined
    const { startAt } = options
    const about = startAt === undefined ? {} : { dueAt: startAt.getTime() }
    await this.#ask(executionId, 'start', about, async () => {
      handle = await this.#engine.start(kind, { ...options, id: executionId, input: null })
      return { accepted: true, runNo: handle.runNo }
    })
    return handle
  }

  async send(
    { executionId, runNo, ...handle }: ExecutionHandle,
    name: string,
    event: EventOptions,
  ): Promise<void> {
    const { eventId, dedupeId } = event
    await this.#ask(executionId, 'event', { runNo, eventId }, async () => {
      await handle.sendEvent(name, { eventId }, dedupeId === undefined ? {} : { dedupeId })
      return { accepted: true }
    })
  }

  async control(handle: ExecutionHandle, action: 'cancel' | 'terminate' | 'pause' | 'resume'): Promise<void> {
    const { executionId, runNo } = handle
    await this.#ask(executionId, action, { runNo }, async () => {
      const ask =
        action === 'cancel' || action === 'terminate' ? handle[action]() : this.#engine[action](executionId)
      return { accepted: await ask }
    })
  }

  /** Resolves when the run has ended, or when this client is closed. */
  async result(handle: ExecutionHandle): Promise<void> {
    const { executionId, runNo } = handle
    const waitId = randomUUID()
    this.#log.run(executionId, { kind: 'awaited', waitId, runNo })
    while (!this.#closed.aborted) {
      try {
        const value = JSON.stringify(await handle.result({ signal: this.#closed }))
        return this.#log.run(executionId, { kind: 'returned', waitId, status: 'COMPLETED', value })
      } catch (error) {
        const status = endings[errorCodeOf(error)]
        if (status !== undefined) return this.#log.run(executionId, { kind: 'returned', waitId, status })
      }
      // The store was busy, or the row cannot be read: that is an answer, but no result.
      await delay(200)
    }
    this.#log.run(executionId, { kind: 'unreturned', waitId })
  }

  async #ask(
    executionId: string,
    action: ClientAction,
    about: { readonly runNo?: number; readonly eventId?: string; readonly dueAt?: number },
    ask: () => Promise<{ readonly accepted: boolean; readonly runNo?: number }>,
  ): Promise<void> {
    const callId = randomUUID()
    this.#log.run(executionId, { kind: 'asked', callId, action, ...about })
    try {
      this.#log.run(executionId, { kind: 'answered', callId, ...(await ask()) })
    } catch (error) {
      this.#log.run(executionId, { kind: 'answered', callId, accepted: false, code: errorCodeOf(error) })
    }
  }
}
