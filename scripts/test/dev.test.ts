import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { repository } from '../lib/repository.mjs'
import { removeTemporaryFolders, temporaryFolder } from '../lib/temporary-folder.mjs'

afterAll(removeTemporaryFolders)

const lib = pathToFileURL(path.join(repository, 'scripts/lib')).href

test('a program gets its arguments, and its exit code comes back', async () => {
  const child = runProgram(`console.log(process.argv.slice(1).join(' ')); process.exitCode = 7`, [
    '--crash',
    'a b',
  ])
  expect(await output(child)).toBe('--crash a b\n')
  expect(child.exitCode).toBe(7)
})

test('a program that is asked to stop decides itself when and how', async () => {
  const child = runProgram(patient)
  child.stdout?.once('data', () => child.kill('SIGINT'))
  expect(await output(child)).toBe('ready\nresting\n')
  expect(child.exitCode).toBe(3)
})

test('a program that dies of a signal is reported as such', async () => {
  const child = runProgram(`process.kill(process.pid, 'SIGKILL'); setInterval(() => {}, 1000)`)
  await output(child)
  expect(child.signalCode).toBe('SIGKILL')
})

test('a program is asked to stop when its caller is killed', async () => {
  const caller = evaluate(`
    import { spawn } from 'node:child_process'
    spawn(process.execPath, ['--input-type=module', '-e', ${JSON.stringify(runProgramModule(patient, []))}], {
      stdio: 'inherit',
    })
  `)
  caller.stdout?.once('data', () => caller.kill('SIGKILL'))
  expect(await output(caller)).toBe('ready\nresting\n')
})

test('of two processes, one at a time holds the lock', async () => {
  const log = path.join(temporaryFolder('perdure-lock-'), 'log')
  const work = `
    import fs from 'node:fs'
    import { setTimeout } from 'node:timers/promises'
    import { withLock } from '${lib}/file-lock.mjs'
    for (let turn = 0; turn < 5; turn += 1) {
      await withLock('test-${process.pid}', async () => {
        fs.appendFileSync('${log}', 'in ')
        await setTimeout(20)
        fs.appendFileSync('${log}', 'out ')
      })
    }
  `
  await Promise.all([output(evaluate(work)), output(evaluate(work))])
  expect(fs.readFileSync(log, 'utf8')).toBe('in out '.repeat(10))
})

test('the lock of a process that died is taken over', async () => {
  const name = `test-dead-${process.pid}`
  const dies = `
    import { withLock } from '${lib}/file-lock.mjs'
    await withLock('${name}', () => process.kill(process.pid, 'SIGKILL'))
  `
  await output(evaluate(dies))
  const next = `
    import { withLock } from '${lib}/file-lock.mjs'
    await withLock('${name}', async () => console.log('taken over'))
  `
  expect(await output(evaluate(next))).toBe('taken over\n')
})

const patient = `
  process.on('SIGINT', () => { console.log('resting'); setTimeout(() => process.exit(3), 50) })
  setInterval(() => {}, 1000)
  console.log('ready')
`

function runProgram(program: string, args: readonly string[] = []): ChildProcess {
  return evaluate(runProgramModule(program, args))
}

function runProgramModule(program: string, args: readonly string[]): string {
  const call = ['-e', program, '--', ...args]
  return `
    import { runProgram } from '${lib}/process.mjs'
    await runProgram(process.execPath, ${JSON.stringify(call)})
  `
}

function evaluate(module: string): ChildProcess {
  return spawn(process.execPath, ['--input-type=module', '-e', module], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
}

async function output(child: ChildProcess): Promise<string> {
  let text = ''
  child.stdout?.on('data', (chunk: Buffer) => {
    text += chunk.toString()
  })
  await once(child, 'close')
  return text
}
