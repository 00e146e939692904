import fs from 'node:fs'
import path from 'node:path'
import { fileURLToPath } from 'node:url'

/** The folder of this checkout. */
export const repository = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '../..')

/**
 * The folders of the workspace that hold a package.json, as paths relative to `root`.
 * @param {string} root
 * @param {readonly ('packages' | 'apps')[]} groups
 */
export function workspaceFolders(root, groups = ['packages', 'apps']) {
  return groups.flatMap((group) => {
    const folder = path.join(root, group)
    if (!fs.existsSync(folder)) return []
    return fs
      .readdirSync(folder)
      .filter((name) => fs.existsSync(path.join(folder, name, 'package.json')))
      .map((name) => `${group}/${name}`)
  })
}

/**
 * The source file behind each entry point that package.json offers.
 * @param {string} root
 * @param {string} folder
 */
export function sourceEntries(root, folder) {
  const { name, exports } = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8'))
  return Object.entries(exports).map(([subPath, conditions]) => ({
    specifier: path.posix.join(name, subPath),
    file: path.posix.join(folder, conditions['perdure-source']),
  }))
}

/**
 * All files below `root/folder`, as paths relative to `root`, except what is installed or built.
 * @param {string} root
 * @param {string} folder
 * @returns {string[]}
 */
export function filesBelow(root, folder = '.') {
  const here = path.join(root, folder)
  if (!fs.existsSync(here)) return []
  return fs
    .readdirSync(here, { withFileTypes: true })
    .filter((entry) => !notOurs.has(entry.name))
    .flatMap((entry) => {
      const file = path.posix.join(folder, entry.name)
      if (entry.isDirectory()) return filesBelow(root, file)
      return entry.isFile() ? [file] : []
    })
    .sort()
}

const notOurs = new Set(['node_modules', 'dist', '.git', '.turbo', '.cache', 'coverage'])
