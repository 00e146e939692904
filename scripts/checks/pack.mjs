import { toolProblems } from '../lib/check.mjs'
import { packPackages } from '../lib/packed.mjs'

/** The published files and the fields that point to them. @type {import('../lib/check.mjs').Check} */
export const packFiles = {
  name: 'pack: files',
  needsBuild: true,
  run: (root) =>
    everyPackage(root, ({ tarball }) =>
      toolProblems(root, ['publint', 'publint'], ['run', '--strict', tarball]),
    ),
}

/**
 * The published types, for ES modules, CommonJS and bundlers. Resolution without `exports` (node10) is
 * not supported. @type {import('../lib/check.mjs').Check}
 */
export const packTypes = {
  name: 'pack: types',
  needsBuild: true,
  run: (root) =>
    everyPackage(root, ({ name, tarball }) =>
      toolProblems(
        root,
        ['@arethetypeswrong/cli', 'attw'],
        [
          tarball,
          '--profile=node16',
          '--format=ascii',
          '--no-color',
          '--no-emoji',
          ...(modulesOnly.has(name) ? ['--ignore-rules=cjs-resolves-to-esm'] : []),
        ],
      ),
    ),
}

/** vitest cannot be loaded by `require`, so neither can what is built on it. */
const modulesOnly = new Set(['@perdure/conformance'])

/**
 * @param {string} root
 * @param {(packed: import('../lib/packed.mjs').PackedPackage) => Promise<readonly string[]>} look
 */
async function everyPackage(root, look) {
  const problems = []
  for (const packed of await packPackages(root)) {
    const found = await look(packed)
    problems.push(...found.map((problem) => `${packed.folder}/package.json (${packed.name}):\n${problem}`))
  }
  return problems
}
