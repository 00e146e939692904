import { execFileSync } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { drift } from '../lib/drift.mjs'
import { nodeTool } from '../lib/node-tool.mjs'
import { repository } from '../lib/repository.mjs'
import { temporaryFolder } from '../lib/temporary-folder.mjs'

/** Texts by path; they replace or add files. */
export type Files = Readonly<Record<string, string>>

/** A small checkout with the configuration of this one, in which every check passes until a file is seeded. */
export function sampleWorkspace(seed: Files = {}): string {
  base ??= createBase()
  const root = temporaryFolder('perdure-sample-')
  fs.cpSync(base, root, { recursive: true, verbatimSymlinks: true })
  write(root, seed)
  return root
}

let base: string | undefined

function createBase(): string {
  const root = temporaryFolder('perdure-sample-')
  for (const file of configuration) fs.cpSync(path.join(repository, file), path.join(root, file))
  write(root, {
    'package.json': json(rootManifest),
    ...samplePackages(),
  })

  link(root, 'node_modules', path.join(repository, 'node_modules'))
  for (const dependency of ['core', 'memory'])
    link(root, `packages/engine/node_modules/@perdure/${dependency}`, `../../../${dependency}`)
  for (const user of ['memory', 'sqlite'])
    link(root, `packages/${user}/node_modules/@perdure/core`, '../../../core')
  for (const library of ['better-sqlite3', '@types/better-sqlite3']) {
    const installed = `packages/sqlite/node_modules/${library}`
    link(root, installed, fs.realpathSync(path.join(repository, installed)))
  }

  write(root, Object.fromEntries(drift(root).map(({ file, text }) => [file, text])))
  execFileSync(process.execPath, [nodeTool('@biomejs/biome', 'biome'), 'check', '--write', '.'], {
    cwd: root,
    stdio: 'ignore',
  })
  return root
}

const rootManifest = { name: 'sample', private: true, type: 'module', packageManager: 'pnpm@10.34.9' }

const configuration = [
  '.gitignore',
  'biome.json',
  'eslint.config.mjs',
  'knip.jsonc',
  'pnpm-workspace.yaml',
  'tsconfig.base.json',
  'tsconfig.package.json',
  'turbo.json',
]

function samplePackages(): Files {
  return {
    ...samplePackage(
      'core',
      {},
      {
        'durable-context.ts': sampleInterface('DurableContextOps'),
        'step-context.ts': sampleInterface('StepContext'),
        'index.ts': [
          "export type { DurableContextOps } from './durable-context.js'",
          "export { double } from './double.js'",
          "export type { StepContext } from './step-context.js'",
          '',
        ].join('\n'),
        'double.ts': doubleSource,
      },
    ),
    ...samplePackage(
      'memory',
      { dependencies: { '@perdure/core': 'workspace:*' } },
      {
        'index.ts': "import { double } from '@perdure/core'\n\nexport const four: number = double(2)\n",
      },
    ),
    ...samplePackage(
      'engine',
      { dependencies: { '@perdure/core': 'workspace:*' } },
      {
        'engine.ts': ['Engine', 'ExecutionHandle', 'Worker'].map(sampleInterface).join('\n'),
        'index.ts': [
          "import { double } from '@perdure/core'",
          '',
          "export type { Engine, ExecutionHandle, Worker } from './engine.js'",
          'export const six: number = double(3)',
          '',
        ].join('\n'),
      },
    ),
    ...samplePackage(
      'sqlite',
      {
        dependencies: { '@perdure/core': 'workspace:*' },
        peerDependencies: { 'better-sqlite3': '*' },
        devDependencies: { '@types/better-sqlite3': '*', 'better-sqlite3': '*' },
      },
      {
        'index.ts': [
          "import { double } from '@perdure/core'",
          '',
          "export { migrations } from './migrations.generated.js'",
          "export { openFile } from './open-file.js'",
          'export const eight: number = double(4)',
          '',
        ].join('\n'),
        'open-file.ts': [
          "import Database from 'better-sqlite3'",
          '',
          'export function openFile(file: string): { close(): void } {',
          '  const database = new Database(file)',
          '  return { close: () => void database.close() }',
          '}',
          '',
        ].join('\n'),
        'migrations/0001-first.sql': 'create table first (id text)\n',
      },
    ),
  }
}

const doubleSource = `/**
 * Twice as much.
 *
 * @example
 * \`\`\`ts
 * import { double } from '@perdure/core'
 *
 * export const four: number = double(2)
 * \`\`\`
 */
export function double(value: number): number {
  return value * 2
}
`

function sampleInterface(name: string): string {
  return `export interface ${name} {\n  run(): Promise<void>\n}\n`
}

function samplePackage(name: string, manifest: object, sources: Files): Files {
  const folder = `packages/${name}`
  const built = {
    import: { types: './dist/index.d.ts', default: './dist/index.js' },
    require: { types: './dist/index.d.cts', default: './dist/index.cjs' },
  }
  const packageJson = {
    name: `@perdure/${name}`,
    version: '0.1.0',
    license: 'Apache-2.0',
    type: 'module',
    exports: { '.': { 'perdure-source': './src/index.ts', ...built } },
    files: ['dist'],
    scripts: { build: 'node --version' },
    publishConfig: { exports: { '.': built } },
    ...manifest,
  }
  const files = {
    'package.json': json(packageJson),
    'tsconfig.json': json({ extends: '../../tsconfig.package.json', include: ['src', 'test'] }),
    'dist/index.js': 'export const built = true\n',
    'dist/index.d.ts': 'export declare const built: boolean\n',
    'dist/index.cjs': 'exports.built = true\n',
    'dist/index.d.cts': 'export declare const built: boolean\n',
    ...Object.fromEntries(Object.entries(sources).map(([file, text]) => [`src/${file}`, text])),
  }
  return Object.fromEntries(Object.entries(files).map(([file, text]) => [`${folder}/${file}`, text]))
}

function json(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`
}

function write(root: string, files: Files): void {
  for (const [file, text] of Object.entries(files)) {
    fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
    fs.writeFileSync(path.join(root, file), text)
  }
}

function link(root: string, file: string, target: string): void {
  fs.mkdirSync(path.dirname(path.join(root, file)), { recursive: true })
  fs.symlinkSync(target, path.join(root, file), 'junction')
}
