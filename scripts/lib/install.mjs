import { createHash } from 'node:crypto'
import fs from 'node:fs'
import path from 'node:path'
import { pnpmCommand } from './pnpm.mjs'
import { show } from './process.mjs'
import { repository, workspaceFolders } from './repository.mjs'
import { driverLoads, isCompiled, linkDriver } from './sqlite-driver.mjs'

const stampFile = path.join(repository, 'node_modules/.install-stamp')

/**
 * Installs what the lockfile says, if that, the packages or this machine changed since the last time.
 * @returns {Promise<number>} the exit code
 */
export async function install() {
  const stamp = currentStamp()
  if (fs.existsSync(stampFile) && fs.readFileSync(stampFile, 'utf8') === stamp) return 0

  console.log(
    isCompiled
      ? 'Installing dependencies ...'
      : 'Installing dependencies (the first time compiles SQLite, about a minute) ...',
  )
  const code = await installPackages()
  if (code === 0) fs.writeFileSync(stampFile, stamp)
  return code
}

async function installPackages() {
  const [command, ...args] = await pnpmCommand()
  const quietly = ['--config.confirmModulesPurge=false', '--reporter=append-only', '--loglevel=warn']
  const scripts = isCompiled ? ['--ignore-scripts'] : []
  const code = await show(command, [...args, 'install', '--frozen-lockfile', ...scripts, ...quietly])
  if (code !== 0) return code
  linkDriver()
  if (isCompiled || (await driverLoads())) return 0
  // Another Node.js has installed it before: pnpm takes it for built.
  return show(command, [...args, 'rebuild', '--recursive', 'better-sqlite3', ...quietly])
}

function currentStamp() {
  const files = [
    'pnpm-lock.yaml',
    'pnpm-workspace.yaml',
    'package.json',
    ...workspaceFolders(repository).map((folder) => `${folder}/package.json`),
  ]
  const hash = createHash('sha256')
  for (const file of files) hash.update(`${file}\n`).update(fs.readFileSync(path.join(repository, file)))
  hash.update(`${process.platform} ${process.arch} ${process.versions.modules}`)
  return hash.digest('hex')
}
