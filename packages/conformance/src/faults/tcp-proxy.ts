import { createServer, type Server, type Socket } from 'node:net'
import { type Clock, systemClock } from '@perdure/core'
import { type Direction, ProxiedConnection } from './proxied-connection.js'

export interface TcpProxyOptions {
  /** Where the real server listens. */
  readonly target: { readonly host?: string; readonly port: number }
  /** What latency is measured by. @default systemClock */
  readonly clock?: Clock
}

/**
 * Stands between a client and a server on this machine and does to their connections what networks do: latency, cuts,
 * resets, silence in either direction, answers that never arrive.
 *
 * @example
 * ```ts
 * import { TcpProxy } from '@perdure/conformance/faults'
 *
 * const proxy = await TcpProxy.listen({ target: { port: 5432 } })
 * console.log(`connect to 127.0.0.1:${proxy.port}`)
 * proxy.blackHole('toClient')
 * proxy.heal()
 * await proxy.close()
 * ```
 */
export class TcpProxy {
  readonly #server: Server
  readonly #target: { readonly host: string; readonly port: number }
  readonly #clock: Clock
  readonly #connections = new Set<ProxiedConnection>()
  readonly #silent = new Set<Direction>()
  readonly #latencyMs: Record<Direction, number> = { toServer: 0, toClient: 0 }
  /** Bytes of the answer that still pass before it is lost; undefined: all of them. */
  #answerBytesLeft: number | undefined
  #isRefusing = false

  private constructor(server: Server, { target, clock = systemClock }: TcpProxyOptions) {
    this.#server = server
    this.#target = { host: target.host ?? '127.0.0.1', port: target.port }
    this.#clock = clock
    server.on('connection', (client) => this.#accept(client))
  }

  /** Listens on a free port of the loopback interface. */
  static async listen(options: TcpProxyOptions): Promise<TcpProxy> {
    const server = createServer({ allowHalfOpen: true })
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(0, '127.0.0.1', resolve)
    })
    return new TcpProxy(server, options)
  }

  get port(): number {
    const address = this.#server.address()
    if (address === null || typeof address === 'string') throw new Error('The proxy does not listen.')
    return address.port
  }

  /** Connections that are open. */
  get connectionCount(): number {
    return this.#connections.size
  }

  /** Everything takes so much longer from now on, also on connections that are open. */
  delay(latencyMs: number, directions: readonly Direction[] = ['toServer', 'toClient']): void {
    for (const direction of directions) this.#latencyMs[direction] = latencyMs
  }

  /**
   * Nothing passes from now on, and nobody is told: what is sent waits, as in the buffers of a kernel that tries
   * again, until `heal`. Connections are still accepted.
   */
  blackHole(...directions: readonly Direction[]): void {
    for (const direction of directions) this.#silent.add(direction)
    for (const connection of this.#connections) connection.update()
  }

  /** Everything passes again, what waited first; no latency, no refusal, and no answer is lost. */
  heal(): void {
    this.#silent.clear()
    this.#answerBytesLeft = undefined
    this.#isRefusing = false
    this.delay(0)
    for (const connection of this.#connections) connection.update()
  }

  /** Ends all connections in an orderly way (FIN to both sides). */
  cut(): void {
    for (const connection of this.#connections) connection.cut()
  }

  /** Ends all connections at once (RST to both sides). */
  reset(): void {
    for (const connection of this.#connections) connection.reset()
  }

  /** Resets all connections from now on, those that are open too, until `heal`. */
  refuse(): void {
    this.#isRefusing = true
    this.reset()
  }

  /** Resets the connection that brings the next answer, once so many bytes of it have passed. The server has acted. */
  loseAnswer({ afterBytes = 0 }: { readonly afterBytes?: number } = {}): void {
    this.#answerBytesLeft = afterBytes
  }

  /** Ends everything. */
  async close(): Promise<void> {
    this.reset()
    await new Promise<void>((resolve) => this.#server.close(() => resolve()))
  }

  #accept(client: Socket): void {
    if (this.#isRefusing) {
      client.resetAndDestroy()
      return
    }
    const connection = new ProxiedConnection(client, this.#target, {
      clock: this.#clock,
      isSilent: (direction) => this.#silent.has(direction),
      latencyMs: (direction) => this.#latencyMs[direction],
      admit: (bytes) => this.#admit(bytes),
      ended: () => void this.#connections.delete(connection),
    })
    this.#connections.add(connection)
  }

  /** How many bytes of an answer may pass; fewer than there are: the rest is lost. */
  #admit(bytes: number): number {
    if (this.#answerBytesLeft === undefined) return bytes
    const passing = Math.min(bytes, this.#answerBytesLeft)
    this.#answerBytesLeft = passing < bytes ? undefined : this.#answerBytesLeft - passing
    return passing
  }
}
