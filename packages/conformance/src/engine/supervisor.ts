import type { WorkerOptions } from '@perdure/engine'
import type { EngineProcess, EngineTrial, ProcessOptions } from './engine-trial.js'

/** How long it takes until a process that died is there again. */
const restartMs = 250

/** Keeps processes running: each that dies is started again, as a supervisor of an operating system does. */
export class Supervisor {
  readonly #trial: EngineTrial
  readonly #workflows: (die: () => void) => ProcessOptions['workflows']
  readonly #worker: WorkerOptions
  readonly #alive: (EngineProcess | undefined)[]
  #deathCount = 0

  /** `workflows` makes the code of one process, which is given how to end it. */
  constructor(
    trial: EngineTrial,
    count: number,
    workflows: (die: () => void) => ProcessOptions['workflows'],
    worker: WorkerOptions = {},
  ) {
    this.#trial = trial
    this.#workflows = workflows
    this.#worker = worker
    this.#alive = Array.from({ length: count }, () => undefined)
  }

  get deathCount(): number {
    return this.#deathCount
  }

  /** Calls of the processes that are alive. */
  get processes(): readonly EngineProcess[] {
    return this.#alive.filter((each) => each !== undefined)
  }

  /** Lets time pass, until it is over or something is true. Returns how much has passed, in milliseconds. */
  async run(ms: number, isDone: () => Promise<boolean> = async () => false): Promise<number> {
    let passed = 0
    for (; passed < ms && !(await isDone()); passed += restartMs) {
      await this.#restart()
      await this.#trial.advance(restartMs)
    }
    return passed
  }

  killAll(): void {
    for (const index of this.#alive.keys()) this.#die(index)
  }

  async #restart(): Promise<void> {
    for (const index of this.#alive.keys()) {
      if (this.#alive[index] !== undefined) continue
      const workflows = this.#workflows(() => this.#die(index)) ?? []
      this.#alive[index] = await this.#trial.process({ workflows, worker: this.#worker })
    }
  }

  #die(index: number): void {
    if (this.#alive[index] === undefined) return
    this.#deathCount += 1
    this.#alive[index].kill()
    this.#alive[index] = undefined
  }
}
