import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'

export interface WorkerProcessOptions {
  /** What the process runs. */
  readonly file: string
  readonly args?: readonly string[]
  /** Options of Node.js itself, such as `--import tsx`. @default none */
  readonly execArgv?: readonly string[]
  /** Added to the environment of this process. */
  readonly env?: Readonly<Record<string, string>>
  /** How far the `Date` of the process is ahead of this machine's, or behind it if negative. @default 0 */
  readonly skewMs?: number
}

/** How a process ended: by itself, with a code, or by a signal. */
export interface ProcessExit {
  readonly code: number | null
  readonly signal: NodeJS.Signals | null
}

/**
 * A process that a test starts, listens to, and does to what operating systems do: kill it, freeze it, set its clock
 * wrong. It tells what it has to tell in lines on its standard output, and is told in lines on its standard input.
 *
 * @example
 * ```ts
 * import { WorkerProcess } from '@perdure/conformance/faults'
 *
 * await using worker = WorkerProcess.spawn({ file: 'worker.mjs', skewMs: 3_600_000 })
 * await worker.line('ready')
 * worker.freeze()
 * worker.thaw()
 * worker.terminate()
 * console.log(await worker.exited)
 * ```
 */
export class WorkerProcess implements AsyncDisposable {
  /** How it ends. */
  readonly exited: Promise<ProcessExit>
  readonly #child: ChildProcess
  readonly #lines: string[] = []
  readonly #errors: string[] = []
  readonly #listeners = new Set<() => void>()
  #exit: ProcessExit | undefined

  private constructor(child: ChildProcess) {
    this.#child = child
    this.#collect(child.stdout, this.#lines)
    this.#collect(child.stderr, this.#errors)
    this.exited = once(child, 'close').then(([code, signal]: (number | null | NodeJS.Signals)[]) => {
      // What a child process is closed with: a code and a signal.
      this.#exit = { code: code as number | null, signal: signal as NodeJS.Signals | null }
      this.#tell()
      return this.#exit
    })
    this.exited.catch(() => {})
  }

  static spawn({
    file,
    args = [],
    execArgv = [],
    env = {},
    skewMs = 0,
  }: WorkerProcessOptions): WorkerProcess {
    const skewed = skewMs === 0 ? [] : ['--import', clockSkewModule]
    const child = spawn(process.execPath, [...execArgv, ...skewed, file, ...args], {
      env: { ...process.env, ...env, SKEW_MS: String(skewMs) },
      stdio: 'pipe',
    })
    return new WorkerProcess(child)
  }

  get pid(): number {
    if (this.#child.pid === undefined) throw new Error('The process could not be started.')
    return this.#child.pid
  }

  /** What it has written so far. */
  get lines(): readonly string[] {
    return this.#lines
  }

  /**
   * The first line that begins so, as soon as it is written; from line `after` on.
   *
   * @throws Error if the process ends without it, with what it wrote to its standard error
   */
  async line(beginning: string, after = 0): Promise<string> {
    for (;;) {
      const found = this.#lines.slice(after).find((line) => line.startsWith(beginning))
      if (found !== undefined) return found
      if (this.#exit !== undefined) {
        const { code, signal } = this.#exit
        throw new Error(
          `The process ended (${signal ?? code}) without "${beginning}".\n${this.#errors.join('\n')}`,
        )
      }
      await new Promise<void>((resolve) => this.#listeners.add(resolve))
    }
  }

  /** Writes a line to its standard input. */
  send(line: string): void {
    this.#child.stdin?.write(`${line}\n`)
  }

  /** SIGKILL: it ends at once and cannot help it. */
  kill(): void {
    this.#child.kill('SIGKILL')
  }

  /** SIGTERM: it is asked to end. */
  terminate(): void {
    this.#child.kill('SIGTERM')
  }

  /** SIGSTOP: it stands still, and does not know. Its clocks go on. */
  freeze(): void {
    this.#child.kill('SIGSTOP')
  }

  /** SIGCONT: it goes on where it stood. */
  thaw(): void {
    this.#child.kill('SIGCONT')
  }

  /** Kills it if it still runs. */
  async [Symbol.asyncDispose](): Promise<void> {
    this.kill()
    await this.exited
  }

  #collect(stream: NodeJS.ReadableStream | null, lines: string[]): void {
    if (stream === null) return
    createInterface({ input: stream }).on('line', (line) => {
      lines.push(line)
      this.#tell()
    })
  }

  #tell(): void {
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    for (const listener of listeners) listener()
  }
}

/** Sets the wall clock of a process wrong. It is a URL and not a file, so that it is there however this is packed. */
const clockSkewModule = `data:text/javascript,${encodeURIComponent(`
  const Real = Date
  const skewMs = Number(process.env.SKEW_MS ?? 0)
  const now = () => Real.now() + skewMs
  globalThis.Date = new Proxy(Real, {
    construct: (target, args, made) => Reflect.construct(target, args.length === 0 ? [now()] : args, made),
    apply: () => new Real(now()).toString(),
    get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
  })
`)}`
