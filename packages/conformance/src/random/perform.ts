import { type ExecutionStatus, isDurableError, isTerminal } from '@perdure/core'
import type { ContextDriver, DeployedWorkflow } from '../context/context-driver.js'
import { complainingLogger } from './complaining-logger.js'
import type { CrashPlan } from './crash-plan.js'
import { describeError, describeValue } from './describe.js'
import { FaultInjector } from './fault-injector.js'
import { attemptTimeoutMs, cellOf, createGrid, graceEndsBy, limitMs, outsideAt } from './grid.js'
import { type EventName, eventNames, type Happening, printHappening } from './happening.js'
import type { Performance } from './performance.js'
import type { Place } from './place.js'
import type { Program } from './program.js'
import { graceCells, programWorkflow } from './program-workflow.js'
import { readOperations } from './read-operations.js'
import { withSeededLots } from './seeded-lots.js'
import { World } from './world.js'

/** Runs a program once, in a new place, with what the plan says going wrong. */
export function perform(program: Program, place: Place, plan: CrashPlan): Promise<Performance> {
  return withSeededLots(program.seed, () => performWith(program, place, plan))
}

async function performWith(program: Program, place: Place, plan: CrashPlan): Promise<Performance> {
  const logged: string[] = []
  const logger = complainingLogger(logged, plan.faults.length + plan.deaths.length > 0)
  const driver = await place.open({ logger, evicts: plan.evicts })
  try {
    const performance = await new Run(driver, program, plan, place.recoveryMs).toItsEnd()
    const findings = (await driver.audit?.()) ?? []
    return { ...performance, complaints: [...performance.complaints, ...logged, ...findings] }
  } finally {
    await driver.close()
  }
}

const executionId = 'one'
/** A process that counts from an answer of the store in whole milliseconds is behind it by a part of one. */
const slackMs = 1
/** For how long a process that is missing is away. */
const missedInstants = 3
/** So often every event is sent once more, when nothing else is to come. */
const maxRescues = 60

/** One execution, its outside, and time. */
class Run {
  readonly #driver: ContextDriver
  readonly #program: Program
  readonly #plan: CrashPlan
  readonly #world: World
  readonly #workflow: DeployedWorkflow
  readonly #faults: FaultInjector
  readonly #recoveryMs: number
  readonly #happened: string[] = []
  /** The instant of the grid that is gone through. */
  #instant: number
  #rescueCount = 0
  /** For so many instants nobody works. */
  #missedInstants = 0

  constructor(driver: ContextDriver, program: Program, plan: CrashPlan, recoveryMs: number) {
    this.#driver = driver
    this.#program = program
    this.#plan = plan
    this.#recoveryMs = recoveryMs
    this.#instant = driver.now()
    this.#faults = new FaultInjector(driver, plan, () => this.#world.die())
    const begins = (): boolean => this.#faults.begins()
    this.#world = new World(createGrid(this.#instant, recoveryMs), program.seed, () => driver.now(), begins)
    this.#workflow = programWorkflow(program, this.#world)
  }

  async toItsEnd(): Promise<Performance> {
    const { timeoutCells, happenings } = this.#program
    const { agenda, grid } = this.#world
    const timeout = timeoutCells === null ? {} : { timeoutMs: limitMs(grid, timeoutCells) }
    if (timeoutCells !== null) agenda.add(this.#instant + limitMs(grid, timeoutCells))
    for (const { cell } of happenings) agenda.add(outsideAt(grid, cell))

    await this.#driver.deploy([this.#workflow])
    this.#faults.arm()
    await this.#driver.start(this.#workflow, { executionId, ...timeout })
    await this.#steady()
    for (let instantNo = 0; !(await this.#hasEnded()); instantNo += 1) {
      await this.#replace(instantNo)
      await this.#moveOn()
    }
    return this.#performance()
  }

  /** Lets happen what happens without time, whatever goes wrong on the way. */
  async #steady(): Promise<void> {
    for (;;) {
      await this.#driver.settle()
      if (this.#missedInstants > 0) return
      if (this.#faults.takeDown()) await this.#driver.recover()
      else if (this.#faults.takeTrouble()) await this.#driver.advance(this.#recoveryMs)
      else if (this.#world.bodies.takeHanging()) await this.#driver.advance(attemptTimeoutMs)
      else if (!this.#world.bodies.openGates()) return
    }
  }

  async #hasEnded(): Promise<boolean> {
    const { status, blocked } = await this.#driver.status(executionId)
    if (blocked !== undefined)
      throw new Error(`The execution is BLOCKED: ${blocked.reason}: ${blocked.message}`)
    return isTerminal(status)
  }

  async #replace(instantNo: number): Promise<void> {
    for (const { instant, how } of this.#plan.replacements) {
      if (instant !== instantNo || this.#missedInstants > 0) continue
      if (how === 'shutDown') await this.#faults.shutDown(() => this.#driver.deploy([this.#workflow]))
      else this.#faults.kill()
      if (how === 'missing') this.#missedInstants = missedInstants
      await this.#steady()
    }
  }

  async #moveOn(): Promise<void> {
    const { agenda, grid } = this.#world
    const next = agenda.next(this.#instant)
    this.#instant = next ?? outsideAt(grid, cellOf(grid, this.#instant) + 1)
    const leftMs = this.#instant - this.#driver.now()
    if (leftMs < 0) throw new Error(`Recovery took ${-leftMs} ms too long: recoveryMs is too short`)
    await this.#driver.advance(leftMs + slackMs)
    this.#missedInstants = Math.max(0, this.#missedInstants - 1)
    await this.#steady()
    if (next === undefined) return this.#rescue()
    for (const [index, happening] of this.#program.happenings.entries()) {
      if (outsideAt(grid, happening.cell) !== this.#instant) continue
      await this.#happen(happening, `${index}`)
      await this.#steady()
    }
  }

  async #happen(happening: Happening, happeningId: string): Promise<void> {
    if (happening.kind === 'event') {
      await this.#send(happening.name, happeningId)
      if (happening.isSentTwice) await this.#send(happening.name, happeningId)
      return
    }
    const ask = this.#driver[happening.kind]?.bind(this.#driver)
    if (ask === undefined) return
    const { grid, agenda } = this.#world
    agenda.add(graceEndsBy(grid, happening.cell + graceCells))
    const accepted = await this.#ask(() => ask(executionId, `${happening.kind} in cell ${happening.cell}`))
    if (accepted) this.#world.bodies.cancel(this.#driver.now())
    this.#happened.push(`${printHappening(happening)}: ${accepted ? 'accepted' : 'refused'}`)
  }

  /** Nothing is to come by itself: whatever the workflow waits for is sent. */
  async #rescue(): Promise<void> {
    this.#rescueCount += 1
    if (this.#rescueCount > maxRescues) throw new Error(`The execution does not end: ${await this.#status()}`)
    for (const name of eventNames) await this.#send(name, `rescue ${this.#rescueCount} ${name}`)
    await this.#steady()
  }

  async #send(name: EventName, dedupeId: string): Promise<void> {
    const payload = { event: name, sent: dedupeId }
    const answer = await this.#ask(() => this.#driver.sendEvent(executionId, name, payload, dedupeId)).then(
      () => 'accepted',
      (error: unknown) => {
        if (isDurableError(error)) return describeError(error)
        throw error
      },
    )
    this.#happened.push(`event ${name} (${dedupeId}): ${answer}`)
  }

  /** Asks until an answer comes: who is asked may die meanwhile. */
  async #ask<T>(ask: () => Promise<T>): Promise<T> {
    for (;;) {
      const answer = await Promise.race([ask().then((value) => ({ value })), this.#faults.death])
      if (answer !== undefined) return answer.value
      await this.#steady()
    }
  }

  async #status(): Promise<ExecutionStatus> {
    return (await this.#driver.status(executionId)).status
  }

  async #performance(): Promise<Performance> {
    const { passes, reached, grid, bodies } = this.#world
    const { interrupted, complaints, hasTie } = bodies
    return {
      status: await this.#status(),
      outcome: await this.#driver.result(executionId).then(describeValue, describeError),
      operations: readOperations(await this.#driver.history(executionId), grid),
      happenings: this.#happened,
      passes,
      interrupted,
      complaints,
      hasTie,
      writeCount: this.#faults.writeCount,
      bodyCount: this.#faults.bodyCount,
      faults: this.#faults.taken,
      reached,
    }
  }
}
