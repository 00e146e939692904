import fs from 'node:fs'
import path from 'node:path'
import { packPackages } from '../lib/packed.mjs'
import { collect } from '../lib/process.mjs'
import { temporaryFolder } from '../lib/temporary-folder.mjs'

/**
 * Every entry point of every package, unpacked in an empty project, can be loaded by `import` and, where
 * offered, by `require`. The latter without Node's support for requiring ES modules: that is what jest
 * and older tools have. @type {import('../lib/check.mjs').Check}
 */
export const packImports = {
  name: 'pack: imports',
  needsBuild: true,
  async run(root) {
    const packages = await packPackages(root)
    const project = temporaryFolder('perdure-imports-')
    for (const packed of packages) await unpack(root, project, packed)

    const problems = []
    for (const { folder, name } of packages) {
      for (const { kind, specifier } of entryPoints(project, name)) {
        const { code, output } = await load(project, kind, specifier)
        if (code !== 0) problems.push(`${folder}: ${kind} of ${specifier} failed:\n${output.trim()}`)
      }
    }
    return problems
  },
}

/**
 * @param {string} root
 * @param {string} project
 * @param {import('../lib/packed.mjs').PackedPackage} packed
 */
async function unpack(root, project, { folder, name, tarball }) {
  const target = path.join(project, 'node_modules', name)
  fs.mkdirSync(target, { recursive: true })
  const { code, output } = await collect('tar', ['-xzf', tarball, '--strip-components=1', '-C', target])
  if (code !== 0) throw new Error(`cannot unpack ${tarball}:\n${output}`)

  const { dependencies, peerDependencies } = manifest(project, name)
  for (const dependency of Object.keys({ ...dependencies, ...peerDependencies })) {
    const link = path.join(project, 'node_modules', dependency)
    if (dependency.startsWith('@perdure/') || fs.existsSync(link)) continue
    fs.mkdirSync(path.dirname(link), { recursive: true })
    fs.symlinkSync(fs.realpathSync(path.join(root, folder, 'node_modules', dependency)), link, 'junction')
  }
}

/**
 * @param {string} project
 * @param {string} name
 * @returns {{ kind: 'import' | 'require', specifier: string }[]}
 */
function entryPoints(project, name) {
  return Object.entries(manifest(project, name).exports).flatMap(([subPath, conditions]) => {
    const specifier = path.posix.join(name, subPath)
    const byImport = { kind: /** @type {const} */ ('import'), specifier }
    return 'require' in conditions
      ? [byImport, { kind: /** @type {const} */ ('require'), specifier }]
      : [byImport]
  })
}

/**
 * @param {string} project
 * @param {string} name
 */
function manifest(project, name) {
  return JSON.parse(fs.readFileSync(path.join(project, 'node_modules', name, 'package.json'), 'utf8'))
}

/**
 * @param {string} project
 * @param {'import' | 'require'} kind
 * @param {string} specifier
 */
function load(project, kind, specifier) {
  const file = path.join(project, kind === 'import' ? 'load.mjs' : 'load.cjs')
  fs.writeFileSync(file, kind === 'import' ? `import '${specifier}'\n` : `require('${specifier}')\n`)
  const flags = kind === 'require' && process.allowedNodeEnvironmentFlags.has('--experimental-require-module')
  return collect(process.execPath, [...(flags ? ['--no-experimental-require-module'] : []), file], {
    cwd: project,
  })
}
