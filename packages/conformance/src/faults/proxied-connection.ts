import { connect, type Socket } from 'node:net'
import type { Clock } from '@perdure/core'

export type Direction = 'toServer' | 'toClient'

/** What a connection asks of its proxy whenever something is to pass. */
export interface ConnectionRules {
  readonly clock: Clock
  isSilent(direction: Direction): boolean
  latencyMs(direction: Direction): number
  /** How many of so many bytes of an answer may pass. */
  admit(bytes: number): number
  ended(): void
}

/** One client's connection to the server, in two halves that pass bytes on as the rules allow. */
export class ProxiedConnection {
  readonly #client: Socket
  readonly #server: Socket
  readonly #rules: ConnectionRules
  readonly #halves: readonly Half[]
  #isOver = false

  constructor(
    client: Socket,
    target: { readonly host: string; readonly port: number },
    rules: ConnectionRules,
  ) {
    this.#client = client
    this.#server = connect({ ...target, allowHalfOpen: true })
    this.#rules = rules
    this.#halves = [
      new Half('toServer', client, this.#server, rules, () => this.reset()),
      new Half('toClient', this.#server, client, rules, () => this.reset()),
    ]
    for (const socket of [client, this.#server]) {
      socket.setNoDelay(true)
      // An error is followed by a close.
      socket.on('error', () => {})
      socket.on('close', (hadError) => this.#closed(socket, hadError))
    }
  }

  /** The rules have changed. */
  update(): void {
    for (const half of this.#halves) half.pass()
  }

  /** Ends both sides in an orderly way. */
  cut(): void {
    this.#client.end()
    this.#server.end()
    this.#over()
  }

  /** Ends both sides at once. */
  reset(): void {
    this.#client.resetAndDestroy()
    this.#server.resetAndDestroy()
    this.#over()
  }

  /** One side broke: the other one hears of it, unless that direction is silent. */
  #closed(socket: Socket, hadError: boolean): void {
    const direction = socket === this.#client ? 'toServer' : 'toClient'
    const other = socket === this.#client ? this.#server : this.#client
    if (hadError && !this.#rules.isSilent(direction)) other.resetAndDestroy()
    if (other.destroyed) this.#over()
  }

  #over(): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const half of this.#halves) half.stop()
    this.#rules.ended()
  }
}

/** One direction. What comes in waits its latency, and for as long as the direction is silent; then it passes in order. */
class Half {
  readonly #direction: Direction
  readonly #to: Socket
  readonly #rules: ConnectionRules
  readonly #lose: () => void
  /** What has come in and not passed; null: the end. */
  #waiting: { readonly chunk: Buffer | null; isDue: boolean }[] = []
  readonly #timers = new Set<() => void>()

  constructor(direction: Direction, from: Socket, to: Socket, rules: ConnectionRules, lose: () => void) {
    this.#direction = direction
    this.#to = to
    this.#rules = rules
    this.#lose = lose
    from.on('data', (chunk: Buffer) => this.#receive(chunk))
    from.on('end', () => this.#receive(null))
  }

  pass(): void {
    while (this.#waiting[0]?.isDue === true && !this.#rules.isSilent(this.#direction)) {
      const chunk = this.#waiting.shift()?.chunk ?? null
      if (chunk === null) this.#to.end()
      else this.#write(chunk)
    }
  }

  stop(): void {
    for (const stop of this.#timers) stop()
    this.#timers.clear()
    this.#waiting = []
  }

  #receive(chunk: Buffer | null): void {
    const latencyMs = this.#rules.latencyMs(this.#direction)
    const entry = { chunk, isDue: latencyMs === 0 }
    this.#waiting.push(entry)
    if (entry.isDue) return this.pass()
    const stop = this.#rules.clock.schedule(latencyMs, () => {
      this.#timers.delete(stop)
      entry.isDue = true
      this.pass()
    })
    this.#timers.add(stop)
  }

  #write(chunk: Buffer): void {
    const admitted = this.#direction === 'toClient' ? this.#rules.admit(chunk.length) : chunk.length
    if (admitted === chunk.length) {
      this.#to.write(chunk)
    } else if (admitted === 0) {
      this.#lose()
    } else {
      this.#to.write(chunk.subarray(0, admitted), () => this.#lose())
    }
  }
}
