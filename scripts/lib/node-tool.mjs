import fs from 'node:fs'
import path from 'node:path'
import { repository } from './repository.mjs'

/**
 * The file behind a command of an installed package, to be run with `process.execPath`.
 * @param {string} packageName
 * @param {string} command
 */
export function nodeTool(packageName, command) {
  const folder = path.join(repository, 'node_modules', packageName)
  const { bin } = JSON.parse(fs.readFileSync(path.join(folder, 'package.json'), 'utf8'))
  return path.join(folder, typeof bin === 'string' ? bin : bin[command])
}
