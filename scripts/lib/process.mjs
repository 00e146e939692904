import { spawn } from 'node:child_process'
import { environment } from './environment.mjs'
import { repository } from './repository.mjs'

const windows = process.platform === 'win32'

/**
 * Runs a tool to its end and collects what it prints.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string, env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<{ code: number, output: string }>}
 */
export function collect(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? repository,
      env: { ...environment, FORCE_COLOR: '0', ...options.env },
      stdio: ['ignore', 'pipe', 'pipe'],
      shell: windows,
    })
    let output = ''
    const append = (/** @type {Buffer} */ chunk) => {
      output += chunk
    }
    child.stdout.on('data', append)
    child.stderr.on('data', append)
    child.on('error', reject)
    child.on('close', (code) => resolve({ code: code ?? 1, output }))
  })
}

/**
 * Runs a tool to its end on this terminal and answers its exit code.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string }} [options]
 * @returns {Promise<number>}
 */
export function show(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, {
      cwd: options.cwd ?? repository,
      env: environment,
      stdio: 'inherit',
      shell: windows,
    })
    child.on('error', reject)
    child.on('close', (code) => resolve(code ?? 1))
  })
}

/**
 * Becomes the given program, as far as the caller can tell: same terminal, same exit code. The program
 * decides what a signal means. A terminal sends Ctrl-C to the whole group, so there SIGINT is only
 * ignored here; without a terminal, and for the other signals, it is passed on. If the caller is killed,
 * the program is asked to stop.
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ cwd?: string | undefined }} [options]
 */
export async function runProgram(command, args, options = {}) {
  const child = spawn(command, args, { cwd: options.cwd ?? repository, env: environment, stdio: 'inherit' })
  const forward = (/** @type {NodeJS.Signals} */ signal) => child.kill(signal)
  process.on('SIGINT', process.stdin.isTTY ? () => {} : forward)
  process.on('SIGTERM', forward)
  process.on('SIGHUP', forward)

  const caller = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === caller) return
    clearInterval(watch)
    child.kill('SIGINT')
  }, 500)

  const [code, signal] = await new Promise((resolve, reject) => {
    child.on('error', reject)
    child.on('exit', (...end) => resolve(end))
  })
  if (signal === null) process.exit(code)
  process.removeAllListeners(signal)
  process.kill(process.pid, signal)
}
