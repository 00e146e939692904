import { randomBytes } from 'node:crypto'
import { setTimeout as delay } from 'node:timers/promises'
import type { DurableContextOps, Duration, StepContext, StepOptions } from '@perdure/core'
import type { SoakLog } from '../effects/soak-log.js'
import type { RunKind } from './run-kind.js'

/** What the body of a step does, beside saying that it was there. */
export interface Work extends StepOptions {
  readonly workMs?: number
  /** Its share of early attempts that fail. */
  readonly failing?: number
}

export interface Event {
  readonly eventId: string
}

/** Attempts from this one on never fail on purpose. */
const patientAttempt = 4

/** Does durable operations for a workflow, and tells the log what became of each: what ran, and what was acknowledged. */
export class Witness {
  readonly #ctx: DurableContextOps
  readonly #log: SoakLog

  constructor(ctx: DurableContextOps, log: SoakLog) {
    this.#ctx = ctx
    this.#log = log
  }

  entered(as: RunKind): void {
    this.#log.run(this.#ctx.executionId, { kind: 'entered', runNo: this.#ctx.runNo, as })
  }

  /** The same for the operations of a child context. */
  inside(ctx: DurableContextOps): Witness {
    return new Witness(ctx, this.#log)
  }

  async step(name: string, work: Work = {}): Promise<string> {
    const { workMs: _workMs, failing: _failing, ...options } = work
    const value = await this.#ctx.step(name, (step) => this.#work(step, work), options)
    return this.#stepTold(name, value)
  }

  /** A step whose failure is part of the business: undefined then. */
  async tryStep(name: string, work: Work): Promise<string | undefined> {
    const { workMs: _workMs, failing: _failing, ...options } = work
    const outcome = await this.#ctx.tryStep(name, (step) => this.#work(step, work), options)
    if (outcome.ok) return this.#stepTold(name, outcome.value)
    this.told(name, `failed: ${outcome.error.code}`)
    return undefined
  }

  async sleep(name: string, duration: Duration): Promise<void> {
    await this.#ctx.sleep(name, duration)
    this.#log.run(this.#ctx.executionId, { kind: 'woke', runNo: this.#ctx.runNo, operation: name })
  }

  /** Waits for an event; `operation` tells this wait from others for the same name. */
  async event(name: string, operation: string, timeout?: Duration): Promise<Event | undefined> {
    const limit = timeout === undefined ? {} : { timeout, onTimeout: 'undefined' as const }
    const event = await this.#ctx.waitForEvent<Event>(name, limit)
    const { executionId, runNo } = this.#ctx
    if (event === undefined) this.told(operation, 'no event')
    else this.#log.run(executionId, { kind: 'took', runNo, operation, eventId: event.eventId })
    return event
  }

  /** User code knows now; a replay must be told the same. */
  told(operation: string, value: string): void {
    const { executionId, runNo } = this.#ctx
    this.#log.run(executionId, { kind: 'told', runNo, operation, value })
  }

  /** The first thing that every body does. */
  began({ operationId, attempt }: StepContext, atMostOnce: boolean): void {
    const { executionId, runNo } = this.#ctx
    this.#log.run(executionId, { kind: 'began', runNo, operationId, attempt, atMostOnce })
  }

  /** Answers a value that no other attempt could have given, and that names its operation. */
  async #work(step: StepContext, { workMs = 5, failing = 0, semantics }: Work): Promise<string> {
    const { executionId, runNo } = this.#ctx
    const { operationId, attempt } = step
    this.began(step, semantics === 'atMostOnce')
    await delay(workMs)
    if (attempt < patientAttempt && Math.random() < failing) throw new Error('not this time')
    const value = `${operationId}~${randomBytes(6).toString('hex')}`
    this.#log.run(executionId, { kind: 'did', runNo, operationId, value })
    return value
  }

  #stepTold(operation: string, value: string): string {
    const { executionId, runNo } = this.#ctx
    const operationId = value.slice(0, value.indexOf('~'))
    this.#log.run(executionId, { kind: 'told', runNo, operation, operationId, value })
    return value
  }
}
