#!/usr/bin/env node
/*
 * The one script behind `npm run quickstart`, `npm run build`, `npm test` and the rest. It needs
 * nothing but Node.js and npm: it fetches the pinned pnpm, installs what the lockfile says when that
 * has changed, builds what is needed, and hands the arguments after `--` to the program.
 */
import './lib/require-node.mjs'

import { join } from 'node:path'
import { buildCommand } from './lib/build.mjs'
import { withLock } from './lib/file-lock.mjs'
import { install } from './lib/install.mjs'
import { runProgram, show } from './lib/process.mjs'
import { repository } from './lib/repository.mjs'

/** @type {Record<string, (args: readonly string[]) => Promise<void>>} */
const commands = {
  quickstart: (args) => app('quickstart', args),
  bench: (args) => app('bench', args),
  soak: (args) => app('soak', args),
  build: () => prepare({ build: [] }),
  test: (args) => script('run-tests.mjs', args),
  'test:full': (args) => script('run-tests.mjs', ['--full', ...args]),
  check: (args) => script('run-checks.mjs', args),
  generate: (args) => script('generate.mjs', args),
  format: (args) => script('format.mjs', args),
}

const [name = '', ...args] = process.argv.slice(2)
const command = commands[name]
if (command === undefined) {
  console.error(`usage: npm run <${Object.keys(commands).join(' | ')}> [-- arguments]`)
  process.exit(2)
}
await command(args)

/**
 * @param {string} folder
 * @param {readonly string[]} args
 */
async function app(folder, args) {
  await prepare({ build: [`--filter=@perdure/${folder}...`] })
  const program = join(repository, `apps/${folder}/dist/main.js`)
  // npm runs scripts in the root; files that the user names are where the user is.
  await runProgram(process.execPath, [program, ...args], { cwd: process.env['INIT_CWD'] })
}

/**
 * @param {string} file
 * @param {readonly string[]} args
 */
async function script(file, args) {
  process.env['PERDURE_TEST_STARTED_AT'] ??= String(Date.now())
  await prepare()
  await runProgram(process.execPath, [`scripts/${file}`, ...args])
}

/**
 * Installs, and builds if asked to. Two runs at once must not write into the same folders.
 * @param {{ build?: readonly string[] }} [options]
 */
async function prepare(options = {}) {
  const code = await withLock('install', async () => {
    const installed = await install()
    if (installed !== 0 || options.build === undefined) return installed
    const [tool, ...toolArguments] = await buildCommand(...options.build)
    return show(tool, toolArguments)
  })
  if (code === 0) return
  if (name.startsWith('test')) console.log('! the dependencies could not be installed\n0 passed, 1 failed')
  process.exit(code)
}
