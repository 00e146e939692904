import { afterAll, describe, expect, test } from 'vitest'
import { allChecks } from '../lib/all-checks.mjs'
import { removeTemporaryFolders } from '../lib/temporary-folder.mjs'
import { type Files, sampleWorkspace } from './sample-workspace.js'

afterAll(removeTemporaryFolders)

const clean = sampleWorkspace()

describe.each(allChecks)('check $name', (check) => {
  test('passes on a clean checkout', async () => {
    expect(await check.run(clean)).toEqual([])
  })

  for (const [why, seed, named = firstFile(seed)] of violations(check.name)) {
    test(`turns red: ${why}`, async () => {
      const problems = (await check.run(sampleWorkspace(seed))).join('\n')
      for (const text of [named].flat()) expect(problems).toContain(text)
    })
  }
})

type Violation = readonly [why: string, seed: Files, named?: string | readonly string[]]

/** What each check is there for, at least one of each; the problem names the first seeded file or contains the given texts. */
function violations(check: string): readonly Violation[] {
  const seeded = seeds[check]
  if (seeded === undefined) throw new Error(`the check ${check} is not shown to turn red`)
  return seeded
}

function firstFile(seed: Files): string {
  return Object.keys(seed)[0] ?? ''
}

const core = 'packages/core/src'

const driverTypes = 'export interface Client {\n  query(sql: string): Promise<{ rows: unknown[] }>\n}\n'

const seeds: Readonly<Record<string, readonly Violation[]>> = {
  build: [
    [
      'a package that does not build',
      {
        'packages/core/package.json':
          '{ "name": "@perdure/core", "scripts": { "build": "node gone.mjs" } }\n',
      },
      '@perdure/core#build',
    ],
  ],
  format: [
    ['double quotes and a semicolon', { [`${core}/bad.ts`]: 'export const bad = "bad";\n' }],
    [
      'imports out of order',
      {
        [`${core}/bad.ts`]: "import path from 'node:path'\nimport fs from 'node:fs'\n\nexport { fs, path }\n",
      },
    ],
  ],
  lint: [
    ['a default export', { [`${core}/bad.ts`]: 'export default 1\n' }],
    ['any', { [`${core}/bad.ts`]: 'export const bad: any = 1\n' }],
    ['a file name in camel case', { [`${core}/badName.ts`]: 'export const bad = 1\n' }],
    [
      'a type imported as a value',
      {
        [`${core}/bad.ts`]:
          "import { DurableContextOps } from './durable-context.js'\n\nexport type Bad = DurableContextOps\n",
      },
    ],
  ],
  'typed lint': [
    [
      'a promise of a driver that nobody waits for',
      {
        [`${core}/bad.ts`]:
          "import type { Client } from './driver.js'\n\nexport function bad(client: Client): void {\n  client.query('commit')\n}\n",
        [`${core}/driver.d.ts`]: driverTypes,
      },
    ],
    [
      'a promise where a condition is asked for',
      {
        [`${core}/bad.ts`]:
          "import type { Client } from './driver.js'\n\nexport function bad(client: Client): number {\n  return client.query('select 1') ? 1 : 2\n}\n",
        [`${core}/driver.d.ts`]: driverTypes,
      },
    ],
  ],
  types: [
    ['a wrong type', { [`${core}/bad.ts`]: "export const bad: number = 'one'\n" }],
    [
      'syntax that does more than name types: an enum, a namespace, a parameter property',
      {
        [`${core}/bad.ts`]: [
          'export enum A {}',
          'export namespace B { export const one = 1 }',
          'export class C { constructor(readonly one: number) {} }',
        ].join('\n'),
      },
      [`${core}/bad.ts(1,`, `${core}/bad.ts(2,`, `${core}/bad.ts(3,`],
    ],
    ['an export without a written type', { [`${core}/bad.ts`]: 'export const bad = Math.random()\n' }],
    ['a wrong type in a test', { [`${core}/bad.test.ts`]: "export const bad: number = 'one'\n" }],
  ],
  boundaries: [
    [
      'a package that may not be imported',
      { 'packages/memory/src/bad.ts': "export { six } from '../../engine/src/index.js'\n" },
      'memory-imports',
    ],
    [
      'a development edge in sources',
      { 'packages/engine/src/bad.ts': "export { four } from '@perdure/memory'\n" },
      'engine-imports',
    ],
    [
      'a file of another package',
      { 'packages/engine/src/bad.ts': "export { double } from '../../core/src/double.js'\n" },
      'only-by-name',
    ],
    [
      'the index of another package by its path',
      { 'packages/engine/src/bad.ts': "export { double } from '../../core/src/index.js'\n" },
      'only-by-name',
    ],
    [
      'a cycle inside a package',
      {
        [`${core}/bad.ts`]: "import { worse } from './worse.js'\n\nexport const bad: number = worse + 1\n",
        [`${core}/worse.ts`]: "import { bad } from './bad.js'\n\nexport const worse: number = bad + 1\n",
      },
    ],
    ['its own index', { [`${core}/bad.ts`]: "export { double } from './index.js'\n" }],
    ['an import that leads nowhere', { [`${core}/bad.ts`]: "export { gone } from './gone.js'\n" }],
    [
      'a built-in module that core may not use',
      { [`${core}/bad.ts`]: "export { readFile } from 'node:fs'\n" },
    ],
    [
      'the driver in a second file',
      {
        'packages/sqlite/src/bad.ts':
          "import Database from 'better-sqlite3'\n\nexport const bad: unknown = Database\n",
      },
    ],
    [
      'a test runner where none may be',
      {
        'packages/conformance/package.json': '{ "name": "@perdure/conformance" }\n',
        'packages/conformance/src/faults/bad.ts': "export { run } from '../runner.js'\n",
        'packages/conformance/src/runner.ts':
          "import { test } from 'vitest'\n\nexport const run: unknown = test\n",
      },
      'packages/conformance/src/faults/bad.ts',
    ],
    [
      'a dependency that the table does not know',
      { 'packages/memory/package.json': '{ "dependencies": { "@perdure/sqlite": "workspace:*" } }\n' },
    ],
    [
      'a package without a row in the table',
      { 'packages/extra/package.json': '{ "name": "@perdure/extra" }\n' },
    ],
  ],
  'vendor names': [
    ['an identifier', { [`${core}/bad.ts`]: 'export const redisUrl = 1\n' }],
    ['a method', { 'packages/engine/src/bad.ts': 'export interface Bad {\n  toPostgres(): void\n}\n' }],
    ['an import', { [`${core}/bad.ts`]: "export * from 'node:sqlite'\n" }],
    ['a file name', { [`${core}/sqlite-rules.ts`]: 'export const bad = 1\n' }],
  ],
  'dead code': [
    ['a file that nobody imports', { [`${core}/bad.ts`]: 'export const bad = 1\n' }],
    [
      'an export that nobody uses',
      { [`${core}/double.ts`]: 'export const double = (n: number): number => n\nexport const unused = 1\n' },
    ],
    [
      'a dependency that nobody uses',
      {
        'packages/core/package.json':
          '{ "name": "@perdure/core", "type": "module", "exports": "./src/index.ts", "dependencies": { "devalue": "*" } }\n',
      },
    ],
  ],
  'generated files': [
    [
      'a migration that is not embedded',
      { 'packages/sqlite/src/migrations/0002-second.sql': 'select 1\n' },
      'packages/sqlite/src/migrations.generated.ts',
    ],
    [
      'a method that is not in the list',
      { [`${core}/step-context.ts`]: 'export interface StepContext {\n  sprint(): void\n}\n' },
      'docs/public-names.md',
    ],
    ['an edited file', { 'docs/public-names.md': 'edited\n' }],
  ],
  examples: [
    [
      'an example in a document that does not compile',
      { 'docs/bad.md': "# Bad\n\n```ts\nconst bad: number = 'one'\n```\n" },
      'docs/bad.md:4',
    ],
    [
      'an example in a comment that does not compile',
      {
        [`${core}/bad.ts`]:
          "/**\n * @example\n * ```ts\n * import { treble } from '@perdure/core'\n * ```\n */\nexport const bad = 1\n",
      },
      `${core}/bad.ts:4`,
    ],
    [
      'an example that is no block',
      { [`${core}/bad.ts`]: '/**\n * @example double(2)\n */\nexport const bad = 1\n' },
      `${core}/bad.ts:2`,
    ],
    ['an exception without a reason', { 'docs/bad.md': '```ts no-check\nbad()\n```\n' }, 'docs/bad.md:2'],
    ['a program that fails', { 'README.md': '```ts run\nthrow new Error("no")\n```\n' }, 'README.md:2'],
  ],
  'text hygiene': [
    ['a path on one machine', { 'docs/bad.md': 'See /home/somebody/notes for more.\n' }, 'docs/bad.md:1'],
    ['an entry of notes', { [`${core}/bad.ts`]: '// fine\n// mended, see B7\n' }, `${core}/bad.ts:2`],
    ['a part of a plan', { 'docs/bad.md': 'This comes with part 12.\n' }, 'docs/bad.md:1'],
    ['a document that is not there', { [`${core}/bad.ts`]: '// as ELSEWHERE.md says\n' }, `${core}/bad.ts:1`],
    ['a way out of the repository', { 'docs/bad.md': 'See ../../notes/first for more.\n' }, 'docs/bad.md:1'],
  ],
  'pack: files': [
    [
      'an entry point that is not there',
      { 'packages/core/package.json': packageJson({ '.': './dist/gone.js' }) },
    ],
  ],
  'pack: types': [
    [
      'types of the wrong kind',
      {
        'packages/core/package.json': packageJson({
          '.': { types: './dist/index.d.ts', import: './dist/index.js', require: './dist/index.cjs' },
        }),
      },
    ],
  ],
  'pack: imports': [
    [
      'an ES module behind require',
      { 'packages/core/dist/index.cjs': "require('devalue')\n" },
      'packages/core: require of @perdure/core',
    ],
    [
      'a module that throws',
      { 'packages/core/dist/index.js': "throw new Error('no')\n" },
      'packages/core: import of @perdure/core',
    ],
  ],
}

function packageJson(exports: object): string {
  return JSON.stringify({ name: '@perdure/core', version: '0.1.0', type: 'module', files: ['dist'], exports })
}
