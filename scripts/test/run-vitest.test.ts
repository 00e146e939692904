import { spawnSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { pathToFileURL } from 'node:url'
import { afterAll, expect, test } from 'vitest'
import { repository } from '../lib/repository.mjs'
import { removeTemporaryFolders, temporaryFolder } from '../lib/temporary-folder.mjs'

afterAll(removeTemporaryFolders)

const passing = "test('passes', () => {})"

test('counts what passes and what fails', () => {
  expect(closing({ 'a.test.ts': `${passing}\ntest('fails', () => { throw new Error('no') })` })).toEqual([
    '1 passed, 1 failed',
    1,
  ])
})

test('a run in which everything passes exits 0', () => {
  expect(closing({ 'a.test.ts': passing })).toEqual(['1 passed, 0 failed', 0])
})

test('a file that cannot be loaded is a failure', () => {
  const files = { 'a.test.ts': passing, 'b.test.ts': `import './gone.js'\n${passing}` }
  expect(closing(files)).toEqual(['1 passed, 1 failed', 1])
})

test('a file without a test is a failure', () => {
  expect(closing({ 'a.test.ts': passing, 'b.test.ts': '' })).toEqual(['1 passed, 1 failed', 1])
})

test('a hook that fails after the tests is a failure', () => {
  const files = { 'a.test.ts': `${passing}\nafterAll(() => { throw new Error('no') })` }
  expect(closing(files)).toEqual(['1 passed, 1 failed', 1])
})

test('a hook that fails before the tests is a failure, also on CI', () => {
  const files = { 'a.test.ts': `${passing}\nbeforeAll(() => { throw new Error('no') })` }
  expect(closing(files)).toEqual(['0 passed, 1 failed, 1 skipped', 1])
  expect(closing(files, { CI: 'true' })).toEqual(['0 passed, 2 failed', 1])
})

test('an unhandled rejection is a failure', () => {
  const files = { 'a.test.ts': "test('passes', () => void Promise.reject(new Error('no')))" }
  expect(closing(files)).toEqual(['1 passed, 1 failed', 1])
})

test('a run without a test is a failure', () => {
  expect(closing({})).toEqual(['0 passed, 1 failed', 1])
})

test('a run that breaks before its report is a failure', () => {
  const files = { 'a.test.ts': passing, 'vitest.config.ts': "throw new Error('no')" }
  expect(closing(files)).toEqual(['0 passed, 1 failed', 1])
})

test('a process that dies in the middle is a failure', () => {
  const files = {
    'a.test.ts': passing,
    'b.test.ts': "test('dies', () => process.kill(process.pid, 'SIGKILL'))",
  }
  expect(closing(files)).toEqual(['1 passed, 1 failed, 1 skipped', 1])
})

test('a skipped test is told, and a failure on CI', () => {
  const files = { 'a.test.ts': `${passing}\ntest.skip('later', () => {})\ntest.todo('never')` }
  expect(closing(files)).toEqual(['1 passed, 0 failed, 2 skipped', 0])
  expect(closing(files, { CI: 'true' })).toEqual(['1 passed, 2 failed', 1])
})

/** Runs the files as a suite of their own; answers the last line printed and the exit code. */
function closing(
  files: Record<string, string>,
  env: { CI?: string } = {},
): [string | undefined, number | null] {
  const root = temporaryFolder('perdure-suite-')
  fs.symlinkSync(path.join(repository, 'node_modules'), path.join(root, 'node_modules'), 'junction')
  for (const [file, text] of Object.entries({ 'vitest.config.ts': 'export default {}', ...files })) {
    const imports =
      file.endsWith('.test.ts') && text !== '' ? "import { afterAll, beforeAll, test } from 'vitest'\n" : ''
    fs.writeFileSync(path.join(root, file), imports + text)
  }

  const { CI: _, ...inherited } = process.env
  const run = spawnSync(process.execPath, ['--input-type=module', '-e', program, root], {
    encoding: 'utf8',
    env: { ...inherited, ...env },
  })
  return [run.stdout.trimEnd().split('\n').at(-1), run.status]
}

const lib = pathToFileURL(path.join(repository, 'scripts/lib')).href

const program = `
  import { close } from '${lib}/counts.mjs'
  import { runVitest } from '${lib}/run-vitest.mjs'
  close(await runVitest(process.argv[1], []))
`
