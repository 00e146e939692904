import { allChecks } from './all-checks.mjs'
import { sum } from './counts.mjs'
import { show } from './process.mjs'
import { runChecks } from './run-checks.mjs'
import { runVitest } from './run-vitest.mjs'

/**
 * A part of `npm test`, with the minutes that it may take on two cores.
 * @typedef {object} Block
 * @property {string} name
 * @property {number} minutes
 * @property {(root: string) => Promise<import('./counts.mjs').Counts>} run
 */

const packChecks = allChecks.filter(({ name }) => name.startsWith('pack'))
const otherChecks = allChecks.filter((check) => !packChecks.includes(check))

/** @type {readonly Block[]} */
const always = [
  { name: 'install and checks', minutes: 4, run: (root) => runChecks(root, otherChecks) },
  {
    name: 'core, engine, memory, SQLite',
    minutes: 4,
    run: (root) => runProjects(root, ['core', 'memory', 'engine', 'sqlite', 'conformance', 'apps']),
  },
  {
    name: 'packages from tarballs',
    minutes: 1.5,
    run: async (root) => sum([await runChecks(root, packChecks), await runProjects(root, ['scripts'])]),
  },
  { name: 'processes', minutes: 2, run: (root) => runProjects(root, ['process']) },
]

/** @type {readonly Block[]} */
export const testBlocks = [
  ...always,
  { name: 'soak', minutes: 0.5, run: (root) => runProjects(root, ['soak']) },
]

/** With more random programs (`PERDURE_RUNS`) and a soak that is long enough to find what is rare. @type {readonly Block[]} */
export const fullTestBlocks = [...always, { name: 'soak', minutes: 12, run: soakForTenMinutes }]

/**
 * @param {string} root
 * @param {readonly string[]} names
 */
function runProjects(root, names) {
  return runVitest(
    root,
    names.flatMap((name) => ['--project', name]),
  )
}

async function soakForTenMinutes() {
  const code = await show(process.execPath, [
    'scripts/dev.mjs',
    'soak',
    '--minutes',
    '10',
    '--store',
    'sqlite',
  ])
  return { passed: code === 0 ? 1 : 0, failed: code === 0 ? 0 : 1, skipped: 0 }
}
