import fs from 'node:fs'
import path from 'node:path'
import { collect } from './process.mjs'
import { repository } from './repository.mjs'

/** @type {Promise<[command: string, ...args: string[]]> | undefined} */
let found

/**
 * The command line that runs exactly the pinned pnpm, without a global install: pnpm itself if it is
 * on PATH in that version, npx otherwise (which answers from npm's cache after the first time).
 * @returns {Promise<[command: string, ...args: string[]]>}
 */
export function pnpmCommand() {
  found ??= findPnpm()
  return found
}

/** @returns {Promise<[command: string, ...args: string[]]>} */
async function findPnpm() {
  const manifest = JSON.parse(fs.readFileSync(path.join(repository, 'package.json'), 'utf8'))
  const version = manifest.packageManager.replace('pnpm@', '')
  // Outside the checkout: inside, another version would try to replace itself by the pinned one.
  const onPath = await collect('pnpm', ['--version'], { cwd: path.parse(repository).root }).catch(
    () => undefined,
  )
  if (onPath?.code === 0 && onPath.output.trim() === version) return ['pnpm']
  return ['npx', '--yes', '--loglevel=error', `pnpm@${version}`]
}
