import { StoreError } from '@perdure/core'
import type { ContextDriver, DriverWrite } from '../context/context-driver.js'
import type { CrashPlan, WriteFault } from './crash-plan.js'

/** Does to the writes of a driver what a plan says. */
export class FaultInjector {
  /** How often each fault took place. */
  readonly taken: Map<string, number> = new Map()
  readonly #driver: ContextDriver
  readonly #faults: ReadonlyMap<number, WriteFault>
  readonly #deaths: ReadonlySet<number>
  readonly #died: () => void
  #bodyCount = 0
  #isOff = false
  #isDown = false
  #isTroubled = false
  #firstWriteNo = 0
  #writeCount = 0
  #death: Promise<undefined>
  #announceDeath: () => void = () => {}

  /** `died` is called when the process is gone. */
  constructor(driver: ContextDriver, { faults, deaths }: CrashPlan, died: () => void) {
    this.#driver = driver
    this.#faults = new Map(faults.map(({ write, fault }) => [write, fault]))
    this.#deaths = new Set(deaths)
    this.#died = died
    this.#death = this.#nextDeath()
  }

  /** Counts writes from now on. */
  arm(): void {
    this.#driver.onWrite((write) => this.#wrote(write))
  }

  get writeCount(): number {
    return this.#writeCount
  }

  get bodyCount(): number {
    return this.#bodyCount
  }

  /** A body begins; true if its process is gone. */
  begins(): boolean {
    this.#bodyCount += 1
    if (this.#isOff || !this.#deaths.has(this.#bodyCount)) return false
    this.#count('died in a body')
    this.#die()
    return true
  }

  /** Resolves when the process that is alive now dies. */
  get death(): Promise<undefined> {
    return this.#death
  }

  /** True if the process has died since this was last asked. */
  takeDown(): boolean {
    const isDown = this.#isDown
    this.#isDown = false
    return isDown
  }

  /** True if there was a fault since this was last asked: whoever met with it may wait before it tries again. */
  takeTrouble(): boolean {
    const isTroubled = this.#isTroubled
    this.#isTroubled = false
    return isTroubled
  }

  kill(): void {
    this.#count('killed in quiet')
    this.#die()
  }

  async shutDown(replace: () => Promise<void>): Promise<void> {
    this.#count('shut down')
    this.#isOff = true
    await replace()
    this.#isOff = false
  }

  #wrote({ writeNo, when }: DriverWrite): void {
    if (this.#firstWriteNo === 0) this.#firstWriteNo = writeNo
    const number = writeNo - this.#firstWriteNo + 1
    this.#writeCount = Math.max(this.#writeCount, number)
    const fault = this.#isOff ? undefined : this.#faults.get(number)
    if (fault === undefined || when !== sideOf[fault]) return
    this.#count(fault)
    if (fault === 'crashBefore' || fault === 'crashAfter') return this.#die()
    throw new StoreError(`Write ${number} was to meet with: ${fault}.`, { retryable: true })
  }

  #die(): void {
    this.#driver.crash()
    this.#isDown = true
    this.#died()
    this.#announceDeath()
    this.#death = this.#nextDeath()
  }

  #nextDeath(): Promise<undefined> {
    return new Promise((resolve) => {
      this.#announceDeath = () => resolve(undefined)
    })
  }

  #count(fault: string): void {
    this.#isTroubled = true
    this.taken.set(fault, (this.taken.get(fault) ?? 0) + 1)
  }
}

const sideOf: Readonly<Record<WriteFault, 'before' | 'after'>> = {
  crashBefore: 'before',
  crashAfter: 'after',
  failed: 'before',
  answerLost: 'after',
}
