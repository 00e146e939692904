import { defaultServerConditions } from 'vite'
import type { TestProjectConfiguration } from 'vitest/config'
import { defineConfig } from 'vitest/config'

/*
 * Tests run against the sources of all packages, never against dist: the export condition
 * `perdure-source` leads `@perdure/*` to src/index.ts.
 *
 * A test that needs another process runs a TypeScript fixture the same way:
 *
 *   spawn(process.execPath, ['--import', 'tsx', '--conditions=perdure-source', fixtureFile])
 *
 * Name such a file *.process.test.ts. Those run one at a time, after all others, with `gc()`
 * available: tests that kill, freeze or measure must have the machine to themselves. The soak is a project of its own.
 */
const source = { conditions: ['perdure-source', ...defaultServerConditions] }
const processTests = '**/*.process.test.ts'
const soakTests = 'apps/soak/**/*.process.test.ts'

function unitTests(name: string, folder: string, testTimeout = 20_000): TestProjectConfiguration {
  return {
    resolve: source,
    ssr: { resolve: source },
    test: {
      name,
      include: [`${folder}/**/*.test.ts`],
      exclude: ['**/node_modules/**', '**/dist/**', processTests],
      testTimeout,
      hookTimeout: 30_000,
    },
  }
}

function testsOfProcesses(
  name: string,
  include: string,
  exclude: readonly string[],
  groupOrder: number,
): TestProjectConfiguration {
  return {
    resolve: source,
    ssr: { resolve: source },
    test: {
      name,
      include: [include],
      exclude: ['**/node_modules/**', '**/dist/**', ...exclude],
      testTimeout: 120_000,
      hookTimeout: 60_000,
      fileParallelism: false,
      maxWorkers: 1,
      sequence: { groupOrder },
      execArgv: ['--expose-gc'],
    },
  }
}

export default defineConfig({
  test: {
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      unitTests('core', 'packages/core'),
      unitTests('memory', 'packages/memory'),
      unitTests('engine', 'packages/engine'),
      unitTests('sqlite', 'packages/sqlite', 60_000),
      // A hunt for a mutant runs a part of a suite.
      unitTests('conformance', 'packages/conformance', 60_000),
      unitTests('apps', 'apps'),
      // These run compilers and package managers.
      unitTests('scripts', 'scripts', 120_000),
      testsOfProcesses('process', processTests, [soakTests], 1),
      testsOfProcesses('soak', soakTests, [], 2),
    ],
  },
})
