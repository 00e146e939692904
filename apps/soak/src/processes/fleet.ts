import { closeSync, openSync } from 'node:fs'
import type { SoakLog } from '../effects/soak-log.js'
import type { SoakFolder } from '../soak-folder.js'
import { FleetProcess } from './fleet-process.js'
import type { Command, Orders, Role } from './messages.js'

/** Who is there: workers, one of them without hints and one that is a client too, and clients with no code. */
const places = [
  { name: 'worker-1', role: 'worker', isClientToo: false, isDeaf: false },
  { name: 'worker-2', role: 'worker', isClientToo: false, isDeaf: true },
  { name: 'worker-3', role: 'worker', isClientToo: true, isDeaf: false },
  { name: 'client-1', role: 'client', isClientToo: true, isDeaf: false },
  { name: 'client-2', role: 'client', isClientToo: true, isDeaf: false },
] as const

/** All processes of a soak. */
export class Fleet {
  readonly #processes: readonly FleetProcess[]
  readonly #complaints: number

  constructor(orders: Pick<Orders, 'store' | 'seed' | 'without'>, folder: SoakFolder, log: SoakLog) {
    this.#complaints = openSync(folder.complaints, 'a')
    this.#processes = places.map(
      (place) => new FleetProcess({ ...orders, ...place, folder: folder.path }, log, this.#complaints),
    )
  }

  get workers(): readonly FleetProcess[] {
    return this.#processes.filter(({ role }) => role === 'worker')
  }

  get clients(): readonly FleetProcess[] {
    return this.#processes.filter(({ role }) => role === 'client')
  }

  /** Whether every process has begun and none is frozen. */
  get isWhole(): boolean {
    return this.#processes.every(({ isThere }) => isThere)
  }

  tell(role: Role, command: Command): void {
    for (const each of this.#processes) if (each.role === role) each.tell(command)
  }

  /** Resolves when every process has begun. */
  async up(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.up))
  }

  /** No run is started any more. Resolves when every client has heard what it waited for. */
  async drain(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.drain()))
  }

  /** Ends every process: first those that wait, while there are workers to answer them. */
  async close(): Promise<void> {
    await Promise.all(this.clients.map((client) => client.close(3_000)))
    await Promise.all(this.workers.map((worker) => worker.close(3_000)))
    closeSync(this.#complaints)
  }

  /** Ends every process at once. */
  async abandon(): Promise<void> {
    await Promise.all(this.#processes.map((each) => each.close(0)))
  }
}
