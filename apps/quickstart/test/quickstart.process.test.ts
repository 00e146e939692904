import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { readLedger } from '../src/payments/ledger.js'
import { takeFileLock } from '../src/processes/file-lock.js'
import { shippedOrdersFile } from '../src/shipped-files.js'
import type { QuickstartEnd, QuickstartOptions } from './run-quickstart.js'
import { runQuickstart } from './run-quickstart.js'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'perdure-quickstart-'))
})

afterEach(() => rmSync(directory, { recursive: true, maxRetries: 5 }))

/** Writes the first lines of the shipped file to a file of its own. */
function writeOrders(lines: number): void {
  const text = readFileSync(shippedOrdersFile, 'utf8').split('\n').slice(0, lines).join('\n')
  writeFileSync(path.join(directory, 'orders.ndjson'), text)
}

function quickstart(
  args: readonly string[],
  options: Partial<QuickstartOptions> = {},
): Promise<QuickstartEnd> {
  return runQuickstart(['--seed', '1', ...args], { directory, ...options })
}

/** The folders of runs, without the file that hides them from git. */
function runFolders(): readonly string[] {
  const state = path.join(directory, '.perdure-quickstart')
  return readdirSync(state)
    .filter((name) => name !== '.gitignore')
    .map((name) => path.join(state, name))
}

test('a run ends with a table, and a second one has nothing left to do', async () => {
  writeOrders(45)
  const first = await quickstart(['orders.ndjson'])
  expect(first.stderr).toBe('')
  expect(first.exitCode).toBe(0)
  expect(first.stdout).toMatch(/Done +│ 43 /)
  expect(first.stdout).toMatch(/Failed +│ 1 /)
  expect(first.stdout).toContain('1 × card declined: ')
  expect(first.stdout).toContain('line 41: not valid JSON')

  const second = await quickstart(['orders.ndjson'])
  expect(second.exitCode).toBe(0)
  expect(second.stdout).toContain('nothing to do')
  expect(second.stdout).toMatch(/Done +│ 43 /)

  const fresh = await quickstart(['orders.ndjson', '--fresh'])
  expect(fresh.stdout).not.toContain('nothing to do')
  expect(fresh.stdout).toMatch(/Done +│ 43 /)
})

test('Ctrl-C stops in good order, and the next start goes on from there', async () => {
  writeOrders(150)
  let isStopped = false
  const first = await quickstart(['orders.ndjson'], {
    onOutput: (output, child) => {
      if (isStopped || !output.includes(' of 147 orders')) return
      isStopped = true
      child.kill('SIGINT')
    },
  })
  expect(first.stderr).toBe('')
  expect(first.exitCode).toBe(130)
  expect(first.lastLine).toMatch(/^Stopped with [1-9]\d* of 147 orders left\. Run it again to resume\.$/)

  const second = await quickstart(['orders.ndjson'])
  expect(second.exitCode).toBe(0)
  expect(second.stdout).toMatch(/Resuming: an earlier run has finished \d+ of them/)
  expect(second.stdout).not.toContain('Not finished')
})

test('after kill -9 nothing is left running, and the next start loses and doubles nothing', async () => {
  writeOrders(60)
  let isKilled = false
  await quickstart(['orders.ndjson'], {
    onOutput: (output, child) => {
      if (isKilled || !output.includes(' of 59 orders')) return
      isKilled = true
      child.kill('SIGKILL')
    },
  })
  const [folder = ''] = runFolders()
  const ledgerFile = path.join(folder, 'payments.ndjson')
  const lock = takeFileLock(`${ledgerFile}.lock`, 10_000)
  expect(lock, 'the payment server is gone').toBeDefined()
  lock?.release()

  const second = await quickstart(['orders.ndjson'])
  expect(second.exitCode).toBe(0)
  const charged = readLedger(ledgerFile).filter((entry) => entry.kind === 'charge')
  expect(new Set(charged.map((entry) => entry.orderId)).size).toBe(charged.length)
  expect(second.stdout).toMatch(new RegExp(`Done +│ ${charged.length} `))
})

test('a worker that is killed on the way loses nothing and doubles nothing', async () => {
  writeOrders(45)
  const { exitCode, stdout, stderr, lastLine } = await quickstart(['--crash', 'orders.ndjson'])
  expect(stderr).toBe('')
  expect(lastLine).toMatch(/^0 lost, 0 doubled, [1-9]\d* repeats absorbed by idempotency key$/)
  expect(stdout).toMatch(/Kills +│ [1-9], [1-9] of them hit unfinished orders/)
  expect(exitCode).toBe(0)
  expect(runFolders()).toEqual([])
})

test('a key that is random for each attempt lets the same run charge orders twice, and that is found', async () => {
  writeOrders(45)
  const { exitCode, lastLine } = await quickstart(['--crash', 'orders.ndjson'], {
    env: { PERDURE_QUICKSTART_RANDOM_KEYS: '1' },
  })
  expect(lastLine).toMatch(/^\d+ lost, [1-9]\d* doubled, \d+ repeats absorbed by idempotency key$/)
  expect(exitCode).toBe(1)
  expect(runFolders(), 'the evidence is kept').toHaveLength(1)
})

test('a bad command line is one clear sentence and exit code 2', async () => {
  const { exitCode, stdout, stderr } = await quickstart(['--crush'])
  expect(exitCode).toBe(2)
  expect(stdout).toBe('')
  expect(stderr).toContain("Unknown option '--crush'")
  expect(stderr).not.toContain('    at ')
})
