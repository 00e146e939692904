import { createHash } from 'node:crypto'
import type { StepContext } from '@perdure/core'
import { Agenda } from './agenda.js'
import { cellOf, type Grid, timerAt } from './grid.js'
import { PassLog } from './pass-log.js'

/**
 * What is outside of one execution and outlives its processes: time, the effects of bodies, and what was written down
 * about the workflow while it ran.
 */
export class World {
  readonly grid: Grid
  readonly seed: number
  readonly now: () => number
  readonly agenda: Agenda = new Agenda()
  readonly passes: PassLog[] = []
  /** Rules that were seen broken. */
  readonly complaints: string[] = []
  /** How many nodes of each kind were reached, by every pass. */
  readonly reached: Map<string, number> = new Map()
  /** At-most-once steps that a process took with it when it died. */
  readonly interrupted: Set<string> = new Set()
  readonly #openOnce = new Set<string>()
  readonly #settled = new Set<string>()
  readonly #bodiesOnce = new Set<string>()
  /** Steps that wait for their next attempt, and for which cell. */
  readonly #retries = new Map<string, { readonly failedAt: number; readonly cell: number }>()
  readonly #idempotencyKeys = new Map<string, string>()
  #gates: (() => void)[] = []
  #hangingCount = 0
  #madeCount = 0
  #hasTie = false
  #cancelledAt: number | undefined

  constructor(grid: Grid, seed: number, now: () => number) {
    this.grid = grid
    this.seed = seed
    this.now = now
  }

  /** The cell of the time that it is. */
  get cell(): number {
    return cellOf(this.grid, this.now())
  }

  /** When timers of a cell fire: an instant to look at. */
  instantOf(cell: number): number {
    const at = timerAt(this.grid, cell)
    this.agenda.add(at)
    return at
  }

  /** How long it is until the timers of a cell fire; 0 if they have. */
  untilCell(cell: number): number {
    return Math.max(0, this.instantOf(cell) - this.now())
  }

  /** The same for the next attempt of a step. */
  untilRetry(key: string, cell: number): number {
    this.#hasTie ||= [...this.#retries].some(([other, retry]) => other !== key && retry.cell === cell)
    this.#retries.set(key, { failedAt: this.now(), cell })
    return this.untilCell(cell)
  }

  /**
   * True if attempts of two steps were due at once, or hung at once. A process that was there begins them in
   * the order in which they failed, one that has to replay in the order in which they are called; and two timeouts may
   * be met at once or one after the other.
   */
  get hasTie(): boolean {
    return this.#hasTie
  }

  beginPass(): PassLog {
    const pass = new PassLog()
    this.passes.push(pass)
    return pass
  }

  /** Something that is never the same twice: whoever sees it again sees what was kept. */
  made(): string {
    this.#madeCount += 1
    return `made:${this.#madeCount}`
  }

  /** What the body of an operation gives: decided by the operation and the seed, and of a type that varies. */
  valueOf(operationId: string): unknown {
    const digest = createHash('sha256').update(`${this.seed}/${operationId}`).digest()
    const number = digest.readUInt16BE(0)
    const shapes: readonly unknown[] = [
      number,
      `text ${number}`,
      { number, list: [number, null, true] },
      undefined,
      new Date(number * 1_000),
      new Map([[number, new Set([number])]]),
    ]
    return shapes[digest.readUInt8(2) % shapes.length]
  }

  /** A body begins: it must not, if the workflow has seen how its operation ended. */
  bodyStarts(key: string, { attempt, idempotencyKey }: StepContext, isOnce: boolean): void {
    this.#checkRetry(key)
    if (this.#settled.has(key))
      this.complaints.push(`the body of ${key} ran again after its outcome was seen`)
    const before = this.#idempotencyKeys.get(key) ?? idempotencyKey
    if (before !== idempotencyKey) this.complaints.push(`${key} has two idempotency keys`)
    this.#idempotencyKeys.set(key, idempotencyKey)
    if (!isOnce) return
    const name = `${key}, attempt ${attempt}`
    if (this.#bodiesOnce.has(name)) this.complaints.push(`the at-most-once body of ${name} ran twice`)
    this.#bodiesOnce.add(name)
  }

  /** An attempt that is due only after the execution was cancelled is not made. */
  #checkRetry(key: string): void {
    const retry = this.#retries.get(key)
    this.#retries.delete(key)
    if (retry === undefined || this.#cancelledAt === undefined) return
    const isTooLate = retry.failedAt < this.#cancelledAt && timerAt(this.grid, retry.cell) > this.#cancelledAt
    if (isTooLate) this.complaints.push(`an attempt of ${key} began that was due after the cancel`)
  }

  /** The execution has been told to end. */
  cancelled(): void {
    this.#cancelledAt = this.now()
  }

  opensOnce(key: string): void {
    this.#openOnce.add(key)
  }

  settles(key: string): void {
    this.#settled.add(key)
    this.#openOnce.delete(key)
  }

  /** Resolves when `openGates` is called. */
  gate(): Promise<void> {
    return new Promise((resolve) => this.#gates.push(resolve))
  }

  /** Lets bodies that wait end, in the order in which they came. True if there were any. */
  openGates(): boolean {
    const gates = this.#gates.splice(0)
    for (const open of gates) open()
    return gates.length > 0
  }

  /** Never resolves: the attempt timeout is waited for. */
  hang(): Promise<never> {
    this.#hasTie ||= this.#hangingCount > 0
    this.#hangingCount += 1
    return new Promise(() => {})
  }

  /** True if bodies hang whose timeout has not been waited for since this was last asked. */
  takeHanging(): boolean {
    const isHanging = this.#hangingCount > 0
    this.#hangingCount = 0
    return isHanging
  }

  /** The process is gone, and the bodies that ran in it. */
  processDied(): void {
    this.#gates = []
    this.#hangingCount = 0
    for (const key of this.#openOnce) this.interrupted.add(key)
  }
}
