import { createHash } from 'node:crypto'
import type { StepContext } from '@perdure/core'

/**
 * The bodies of one execution's steps: what they give, what they wait for, and what is remembered of them although
 * their process is gone.
 */
export class Bodies {
  /** Rules that were seen broken. */
  readonly complaints: string[] = []
  /** At-most-once steps that a process took with it when it died. */
  readonly interrupted: Set<string> = new Set()
  readonly #seed: number
  readonly #begins: () => boolean
  readonly #openOnce = new Set<string>()
  readonly #settled = new Set<string>()
  readonly #begunOnce = new Set<string>()
  readonly #idempotencyKeys = new Map<string, string>()
  /** Steps that wait for their next attempt. */
  readonly #retries = new Map<string, Retry>()
  #gates: (() => void)[] = []
  #hangingCount = 0
  #madeCount = 0
  #hasTie = false
  #cancelledAt = Number.POSITIVE_INFINITY

  /** `begins` is told of every body, and says whether it has taken its process with it. */
  constructor(seed: number, begins: () => boolean) {
    this.#seed = seed
    this.#begins = begins
  }

  /**
   * True if attempts of two steps were due at once, or hung at once. A process that was there begins them in the order
   * in which they failed, one that has to replay in the order in which they are called; and two timeouts may be met at
   * once or one after the other.
   */
  get hasTie(): boolean {
    return this.#hasTie
  }

  /** What the body of an operation gives: decided by the operation and the seed, and of a type that varies. */
  valueOf(operationId: string): unknown {
    const digest = createHash('sha256').update(`${this.#seed}/${operationId}`).digest()
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

  /** Something that is never the same twice: whoever sees it again sees what was kept. */
  made(): string {
    this.#madeCount += 1
    return `made:${this.#madeCount}`
  }

  /** A body begins; false if its process is gone with that: it never ends. */
  begin(key: string, { attempt, idempotencyKey }: StepContext): boolean {
    const retry = this.#retries.get(key)
    this.#retries.delete(key)
    if (this.#settled.has(key)) this.complaints.push(`${key} ran again after its outcome was seen`)
    if (retry !== undefined && retry.failedAt < this.#cancelledAt && this.#cancelledAt < retry.dueAt)
      this.complaints.push(`an attempt of ${key} began that was due only after the cancel`)
    if ((this.#idempotencyKeys.get(key) ?? idempotencyKey) !== idempotencyKey)
      this.complaints.push(`${key} has two idempotency keys`)
    this.#idempotencyKeys.set(key, idempotencyKey)
    if (this.#openOnce.has(key)) this.#beginOnce(`attempt ${attempt} of ${key}`)
    return !this.#begins()
  }

  #beginOnce(name: string): void {
    if (this.#begunOnce.has(name)) this.complaints.push(`${name}, at most once, ran twice`)
    this.#begunOnce.add(name)
  }

  /** A step is called whose attempts run at most once. */
  callOnce(key: string): void {
    this.#openOnce.add(key)
  }

  /** The workflow has seen how an operation ended. */
  settle(key: string): void {
    this.#settled.add(key)
    this.#openOnce.delete(key)
  }

  /** An attempt has failed, and the next one will follow. */
  retry(key: string, retry: Retry): void {
    this.#hasTie ||= [...this.#retries].some(([other, { dueAt }]) => other !== key && dueAt === retry.dueAt)
    this.#retries.set(key, retry)
  }

  /** Resolves when `openGates` is called. */
  gate(): Promise<void> {
    return new Promise((resolve) => this.#gates.push(resolve))
  }

  /** Lets bodies that wait go on, in the order in which they came. True if there were any. */
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

  /** The execution has been told to end: attempts that are due only later are not made. */
  cancel(at: number): void {
    this.#cancelledAt = at
  }

  /** Their process is gone. */
  die(): void {
    this.#gates = []
    this.#hangingCount = 0
    for (const key of this.#openOnce) this.interrupted.add(key)
  }
}

interface Retry {
  readonly failedAt: number
  readonly dueAt: number
}
