import { execFile } from 'node:child_process'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import { bundleSoak } from './bundle.js'

/** Real processes are killed and frozen, so this needs real time: a storm, poison until it is set aside, and the silence. */
test('half a minute of kills, freezes, poison and damage: nothing lost, doubled, stuck, late or starved', async () => {
  const args = [await bundleSoak(), '--minutes', '0.1']
  const run = promisify(execFile)(process.execPath, args, { env: { ...process.env, NO_COLOR: '1' } })
  const { stdout } = await run.catch((error: { readonly stdout: string }) => error)
  expect(stdout).toMatch(/lost.*doubled.*stuck.*late.*starved[^0-9]*│ 0 +│ 0 +│ 0 +│ 0 +│ 0 /)
  expect(stdout).toMatch(/[1-9]\d* kills/)
})
