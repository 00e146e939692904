import { execFile } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

/** Real processes are killed and frozen, so this needs real time: a storm and a calm. */
test('half a minute of kills, freezes, poison and damage: nothing lost, doubled, stuck, late or starved', async () => {
  const args = ['--import', tsx, '--conditions=perdure-source', main, '--minutes', '0.2']
  const run = promisify(execFile)(process.execPath, args, { env: { ...process.env, NO_COLOR: '1' } })
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error)
  expect(stdout).toMatch(/lost.*doubled.*stuck.*late.*starved[^0-9]*│ 0 +│ 0 +│ 0 +│ 0 +│ 0 /)
  expect(stdout).toMatch(/[1-9]\d* kills/)
})
