import fs from 'node:fs'
import path from 'node:path'
import { pnpmCommand } from './pnpm.mjs'
import { collect } from './process.mjs'
import { workspaceFolders } from './repository.mjs'
import { temporaryFolder } from './temporary-folder.mjs'

/**
 * A package as a user would get it.
 * @typedef {object} PackedPackage
 * @property {string} folder where its sources are, relative to the checkout
 * @property {string} name
 * @property {string} tarball
 */

/** @type {Map<string, Promise<readonly PackedPackage[]>>} */
const packed = new Map()

/**
 * Packs every package that is published; once per run, since several checks look at the same tarballs.
 * @param {string} root
 */
export function packPackages(root) {
  const known = packed.get(root) ?? pack(root)
  packed.set(root, known)
  return known
}

/** @param {string} root */
async function pack(root) {
  const destination = temporaryFolder('perdure-pack-')
  const [command, ...pnpm] = await pnpmCommand()
  const args = ['--recursive', '--filter', './packages/*', 'pack', '--pack-destination', destination]
  const { code, output } = await collect(command, [...pnpm, ...args], { cwd: root })
  if (code !== 0) throw new Error(`pnpm pack failed:\n${output}`)

  return workspaceFolders(root, ['packages']).map((folder) => {
    const { name, version } = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'))
    const tarball = path.join(destination, `${name.replace('@', '').replace('/', '-')}-${version}.tgz`)
    return { folder, name, tarball }
  })
}
