import fs from 'node:fs'
import path from 'node:path'
import { collect } from './process.mjs'
import { repository, workspaceFolders } from './repository.mjs'

/*
 * No version of better-sqlite3 runs on every Node.js that Perdure does: 13 comes compiled and needs Node-API 10, which
 * 12 does without. Both are in the lockfile; the one that fits is linked to where the packages look for the driver.
 */

/** True if nothing has to be compiled here. */
export const isCompiled = Number(process.versions.napi) >= 10

/**
 * Links the driver that fits, whatever was linked before.
 */
export function linkDriver() {
  const target = fs.realpathSync(isCompiled ? inModules('better-sqlite3-newer') : olderDriver())
  for (const folder of workspaceFolders(repository)) {
    const link = path.join(repository, folder, 'node_modules/better-sqlite3')
    if (!isThere(link) || (fs.existsSync(link) && fs.realpathSync(link) === target)) continue
    fs.rmSync(link)
    fs.symlinkSync(path.relative(path.dirname(link), target), link, 'junction')
  }
}

/** True if the driver can be used: not if it was compiled for another Node.js, or not yet. */
export async function driverLoads() {
  const open = "new (require('better-sqlite3'))(':memory:')"
  const cwd = path.join(repository, 'packages/sqlite')
  return (await collect(process.execPath, ['--eval', open], { cwd })).code === 0
}

function olderDriver() {
  const manifest = fs.readFileSync(path.join(repository, 'packages/sqlite/package.json'), 'utf8')
  const version = JSON.parse(manifest).devDependencies['better-sqlite3']
  return inModules(`.pnpm/better-sqlite3@${version}/node_modules/better-sqlite3`)
}

/**
 * Also if it leads nowhere.
 * @param {string} link
 */
function isThere(link) {
  return fs.lstatSync(link, { throwIfNoEntry: false }) !== undefined
}

/** @param {string} name */
function inModules(name) {
  return path.join(repository, 'node_modules', name)
}
