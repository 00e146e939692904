import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { onTestFailed, onTestFinished } from 'vitest'

/** A fixture that runs in a process of its own and is ended with the test, however the test ends. */
export interface FixtureProcess<From, To> {
  /** Everything that it has said. */
  readonly said: readonly From[]
  /** Resolves when it says (or has said) this; rejects if it exits before. */
  hear(isIt: (message: From) => boolean): Promise<From>
  tell(message: To): void
  signal(name: 'SIGSTOP' | 'SIGCONT' | 'SIGTERM' | 'SIGKILL'): void
  /** Resolves when SIGSTOP has taken effect: a SIGCONT that is sent before does nothing. */
  stopped(): Promise<void>
  readonly exited: Promise<void>
}

/** Starts `fixtures/<name>.fixture.ts` on the sources of all packages. `limits`: what else Node.js is told. */
export function startFixture<From, To = never>(
  name: string,
  setup: unknown,
  limits: readonly string[] = [],
): FixtureProcess<From, To> {
  const file = fileURLToPath(new URL(`../fixtures/${name}.fixture.ts`, import.meta.url))
  const flags = ['--import', 'tsx', '--conditions=perdure-source', ...limits]
  const child = spawn(process.execPath, [...flags, file, JSON.stringify(setup)], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  onTestFinished(async () => {
    child.kill('SIGKILL')
    await exited
  })
  const heard = hearing<From>(child, name)
  onTestFailed(() => console.log(`the process "${name}" (${child.pid}) said:`, heard.said))
  return {
    ...heard,
    exited,
    tell: (message) => void child.send(message as object),
    signal: (signal) => void child.kill(signal),
    stopped: async () => {
      while (!isStopped(child)) await new Promise<void>((resolve) => setImmediate(resolve))
    },
  }
}

function hearing<From>(
  child: ChildProcess,
  name: string,
): Pick<FixtureProcess<From, never>, 'said' | 'hear'> {
  const said: From[] = []
  const waiting = new Set<(message: From | undefined) => void>()
  child.on('message', (message) => {
    said.push(message as From)
    for (const wake of [...waiting]) wake(message as From)
  })
  child.once('exit', () => {
    for (const wake of [...waiting]) wake(undefined)
  })
  const hear = (isIt: (message: From) => boolean): Promise<From> => {
    const already = said.find(isIt)
    if (already !== undefined) return Promise.resolve(already)
    return new Promise((resolve, reject) => {
      const wake = (message: From | undefined): void => {
        if (message !== undefined && !isIt(message)) return
        waiting.delete(wake)
        if (message === undefined) reject(new Error(`the process "${name}" has ended`))
        else resolve(message)
      }
      waiting.add(wake)
    })
  }
  return { said, hear }
}

function isStopped({ pid }: ChildProcess): boolean {
  if (process.platform !== 'linux') {
    return execFileSync('ps', ['-o', 'state=', '-p', String(pid)], { encoding: 'utf8' }).startsWith('T')
  }
  // What is before the state is the name of the program in parentheses.
  return / T /.test(readFileSync(`/proc/${pid}/stat`, 'utf8').replace(/^.*\)/, ''))
}
