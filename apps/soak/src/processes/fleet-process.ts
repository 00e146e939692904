import { type ChildProcess, fork } from 'node:child_process'
import path from 'node:path'
import type { SoakLog } from '../effects/soak-log.js'
import { poisonExitCode } from '../workflows/poison.js'
import type { Command, Orders, Report, Role } from './messages.js'

/** What one place in the fleet is given. */
export type FleetPlace = Omit<Orders, 'life' | 'isResting'>

/** A process that died is followed by another one so soon. */
const restartAfterMs = 100
/** A process that dies before it is up is not replaced: its successor would die as well. */
const restartAfterFailureMs = 1_000

/** A place in the fleet: a process, and when that has gone the next one. */
export class FleetProcess {
  readonly name: string
  readonly role: Role
  /** Resolves when its first life has begun. */
  readonly up: Promise<void>
  readonly #place: FleetPlace
  readonly #log: SoakLog
  readonly #complaints: number
  #life = 0
  #child: ChildProcess | undefined
  #isKilled = false
  #isFrozen = false
  #isThere = false
  #isClosing = false
  #isResting = false
  #restart: ReturnType<typeof setTimeout> | undefined
  #drained: (() => void) | undefined
  #upWaiter: (() => void) | undefined
  #gone: (() => void) | undefined

  constructor(place: FleetPlace, log: SoakLog, complaints: number) {
    this.#place = place
    this.name = place.name
    this.role = place.role
    this.#log = log
    this.#complaints = complaints
    this.up = new Promise((resolve) => {
      this.#upWaiter = resolve
    })
    this.#start()
  }

  /** Whether it has begun and nothing is done to it. */
  get isThere(): boolean {
    return this.#isThere && !this.#isKilled && !this.#isFrozen
  }

  tell(command: Command): void {
    if (this.#child?.connected === true) this.#child.send(command)
  }

  /** SIGKILL: nothing in the process can catch it, delay it or clean up. */
  kill(): void {
    if (this.#child === undefined || this.#isKilled) return
    this.#isKilled = true
    this.#log.fleet({ kind: 'killed', name: this.name })
    this.#child.kill('SIGKILL')
  }

  /** SIGSTOP: it stands still and does not know, while its lease runs out. */
  freeze(): boolean {
    if (this.#child === undefined || this.#isKilled || this.#isFrozen) return false
    this.#log.fleet({ kind: 'frozen', name: this.name })
    this.#isFrozen = this.#child.kill('SIGSTOP')
    return this.#isFrozen
  }

  thaw(): void {
    if (!this.#isFrozen) return
    this.#isFrozen = false
    this.#child?.kill('SIGCONT')
    this.#log.fleet({ kind: 'thawed', name: this.name })
  }

  /** Holds up its calls of the store, so that they arrive after its leases have run out. */
  unplug(forMs: number): void {
    if (this.#child === undefined || this.#isKilled || this.#isFrozen) return
    const child = this.#child
    this.#log.fleet({ kind: 'unplugged', name: this.name })
    this.tell({ kind: 'unplug', forMs })
    setTimeout(() => {
      if (this.#child === child) this.#log.fleet({ kind: 'plugged', name: this.name })
    }, forMs)
  }

  /** Resolves when it has said all that it had to say; a process that dies meanwhile has nothing to say any more. */
  drain(): Promise<void> {
    this.#isResting = true
    return new Promise((resolve) => {
      this.#drained = resolve
      if (this.#child === undefined) resolve()
      else this.tell({ kind: 'drain' })
    })
  }

  /** Asks it to end, and ends it if it has not within the time. */
  async close(withinMs: number): Promise<void> {
    this.#isClosing = true
    clearTimeout(this.#restart)
    if (this.#child === undefined) return
    const gone = new Promise<void>((resolve) => {
      this.#gone = resolve
    })
    this.thaw()
    this.tell({ kind: 'close' })
    const timer = setTimeout(() => this.#child?.kill('SIGKILL'), withinMs)
    await gone
    clearTimeout(timer)
  }

  #start(): void {
    this.#life += 1
    this.#isKilled = false
    this.#isFrozen = false
    // Programs lie side by side, as .ts in src and as .js in dist.
    const [, main = ''] = process.argv
    const file = path.join(path.dirname(main), this.role + path.extname(main))
    const startedAt = Date.now()
    const child = fork(
      file,
      [JSON.stringify({ ...this.#place, life: this.#life, isResting: this.#isResting })],
      {
        stdio: ['ignore', 'ignore', this.#complaints, 'ipc'],
      },
    )
    this.#child = child
    child.on('message', (report: Report) => {
      if (report.kind === 'drained') this.#drained?.()
      else this.#isUp()
    })
    // A channel that breaks while a message is on its way belongs to a process that is gone.
    child.on('error', () => {})
    child.on('exit', (code, signal) => this.#exited(code, signal, Date.now() - startedAt))
  }

  #isUp(): void {
    this.#isThere = true
    this.#log.fleet({ kind: 'up', name: this.name })
    this.#upWaiter?.()
  }

  #exited(code: number | null, signal: NodeJS.Signals | null, livedMs: number): void {
    this.#child = undefined
    this.#isThere = false
    this.#drained?.()
    this.#gone?.()
    if (this.#isClosing) return
    if (!this.#isKilled) this.#logEnd(code, signal)
    const delayMs = livedMs < restartAfterFailureMs ? restartAfterFailureMs : restartAfterMs
    this.#restart = setTimeout(() => this.#start(), delayMs)
  }

  #logEnd(code: number | null, signal: NodeJS.Signals | null): void {
    const { name } = this
    if (code === poisonExitCode || signal === 'SIGKILL') this.#log.fleet({ kind: 'poisoned', name })
    else this.#log.fleet({ kind: 'died', name, why: `exit ${signal ?? code}` })
  }
}
