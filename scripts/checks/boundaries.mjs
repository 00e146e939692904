import fs from 'node:fs'
import path from 'node:path'
import { cruise } from 'dependency-cruiser'
import { workspaceFolders } from '../lib/repository.mjs'
import { isTest, packageImports, testFiles, withoutTestRunner } from '../package-imports.mjs'

/** @typedef {import('dependency-cruiser').IForbiddenRuleType} Rule */
/** @typedef {import('dependency-cruiser').IModule} Module */

/** Which package, and which file inside one, imports what. @type {import('../lib/check.mjs').Check} */
export const boundaries = {
  name: 'boundaries',
  async run(root) {
    const folders = workspaceFolders(root)
    const { output } = await cruise(
      folders.map((folder) => `${folder}/src`).filter((folder) => fs.existsSync(path.join(root, folder))),
      {
        baseDir: root,
        validate: true,
        ruleSet: { forbidden: [...rulesInside, ...rulesBetween()] },
        doNotFollow: { path: 'node_modules' },
        exclude: { path: '^(packages|apps)/[^/]+/dist/' },
        tsPreCompilationDeps: true,
        combinedDependencies: true,
        parser: 'tsc',
        enhancedResolveOptions: {
          exportsFields: ['exports'],
          conditionNames: ['perdure-source', 'import', 'types', 'node', 'default'],
          extensions: ['.ts', '.d.ts', '.js', '.mjs', '.cjs', '.json'],
        },
      },
    )
    if (typeof output === 'string') return [output]
    if (output.modules.length === 0) return ['no source file was found: the check looked at nothing']
    return [
      ...output.summary.violations.map(describe),
      ...driverProblems(output.modules),
      ...folders.flatMap((folder) => manifestProblems(root, folder)),
    ]
  },
}

/** @type {readonly Rule[]} */
const rulesInside = [
  {
    name: 'no-cycle',
    comment: 'these files import each other; move what both need into a third',
    severity: 'error',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
  },
  {
    name: 'not-own-index',
    comment: 'inside a package, import the file itself, not the index',
    severity: 'error',
    from: { path: '^(packages/[^/]+)/src/' },
    to: { path: '^$1/src/index\\.ts$' },
  },
  {
    name: 'only-by-name',
    comment: 'another package is imported by its name, never by its files',
    severity: 'error',
    from: { path: '^([^/]+/[^/]+)/' },
    to: { path: '^(packages|apps)/', pathNot: '^$1/', dependencyTypes: ['local'] },
  },
  {
    name: 'resolvable',
    comment: 'this import leads nowhere',
    severity: 'error',
    from: {},
    to: { couldNotResolve: true },
  },
  {
    name: 'no-test-runner',
    comment: 'this folder is used without a test runner',
    severity: 'error',
    from: { path: withoutTestRunner.map((folder) => `^${folder}/`), pathNot: testFiles },
    to: { path: 'node_modules/vitest/', reachable: true },
  },
]

/** @returns {Rule[]} */
function rulesBetween() {
  return Object.entries(packageImports).flatMap(([name, row]) => {
    const sources = { path: `^packages/${name}/src/`, pathNot: testFiles }
    const others = (/** @type {readonly string[]} */ allowed) => ({
      path: '^(packages|apps)/',
      pathNot: [name, ...allowed].map((other) => `^packages/${other}/`),
    })
    /** @type {Rule[]} */
    const rules = [
      {
        name: `${name}-imports`,
        comment: `scripts/package-imports.mjs lets ${name} import: ${row.runtime.join(', ') || 'none of our packages'}`,
        severity: 'error',
        from: sources,
        to: others(row.runtime),
      },
      {
        name: `${name}-test-imports`,
        comment: `scripts/package-imports.mjs lets the tests of ${name} import besides: ${row.development.join(', ') || 'nothing'}`,
        severity: 'error',
        from: { path: `^packages/${name}/` },
        to: others([...row.runtime, ...row.development]),
      },
    ]
    if (row.builtins !== undefined) {
      rules.push({
        name: `${name}-builtins`,
        comment: `the only built-in modules for ${name} are: ${row.builtins.join(', ')}`,
        severity: 'error',
        from: sources,
        to: { dependencyTypes: ['core'], pathNot: `^(node:)?(${row.builtins.join('|')})$` },
      })
    }
    return rules
  })
}

/** @param {import('dependency-cruiser').IViolation} violation */
function describe({ rule, from, to, cycle }) {
  const comment = [...rulesInside, ...rulesBetween()].find(({ name }) => name === rule.name)?.comment
  const path = cycle === undefined ? to : cycle.map(({ name }) => name).join(' -> ')
  return `${from} -> ${path}\n  ${rule.name}: ${comment}`
}

/** @param {readonly Module[]} modules */
function driverProblems(modules) {
  return Object.entries(packageImports).flatMap(([name, { driver }]) => {
    if (driver === undefined) return []
    const importers = modules
      .filter(({ source }) => source.startsWith(`packages/${name}/src/`) && !isTest(source))
      .filter(({ dependencies }) => dependencies.some(({ module }) => module === driver))
      .map(({ source }) => source)
    return importers.length > 1
      ? [`${driver} is imported in more than one file: ${importers.join(', ')}`]
      : []
  })
}

/**
 * The dependencies that package.json declares must be those of the table.
 * @param {string} root
 * @param {string} folder
 */
function manifestProblems(root, folder) {
  if (!folder.startsWith('packages/')) return []
  const file = `${folder}/package.json`
  const row = packageImports[path.basename(folder)]
  if (row === undefined) return [`${file}: this package has no row in scripts/package-imports.mjs`]

  const manifest = JSON.parse(fs.readFileSync(path.join(root, file), 'utf8'))
  const ours = (/** @type {object} */ dependencies = {}) =>
    Object.keys(dependencies)
      .filter((name) => name.startsWith('@perdure/'))
      .map((name) => name.replace('@perdure/', ''))
  return [
    ...surplus(ours({ ...manifest.dependencies, ...manifest.peerDependencies }), row.runtime, 'dependencies'),
    ...surplus(ours(manifest.devDependencies), [...row.runtime, ...row.development], 'devDependencies'),
  ].map((problem) => `${file}: ${problem}`)
}

/**
 * @param {readonly string[]} declared
 * @param {readonly string[]} allowed
 * @param {string} field
 */
function surplus(declared, allowed, field) {
  return declared
    .filter((name) => !allowed.includes(name))
    .map((name) => `@perdure/${name} in ${field} is not allowed by scripts/package-imports.mjs`)
}
