import fs from 'node:fs'
import path from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { repository } from './repository.mjs'

/**
 * Runs `work` while no other process of this checkout holds the lock of that name. A lock whose
 * process has died is taken over.
 * @template T
 * @param {string} name
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
export async function withLock(name, work) {
  const file = path.join(repository, '.cache', `${name}.lock`)
  fs.mkdirSync(path.dirname(file), { recursive: true })
  for (let tries = 0; !acquired(file); tries += 1) {
    if (tries === 10)
      console.log(`Waiting for another run (process ${holder(file)}) to install and build ...`)
    await delay(100)
  }
  const release = () => fs.rmSync(file, { force: true })
  process.once('exit', release)
  try {
    return await work()
  } finally {
    process.off('exit', release)
    release()
  }
}

/** @param {string} file */
function acquired(file) {
  // Written beside and linked into place: the lock never exists without its owner's number in it.
  const own = `${file}.${process.pid}`
  fs.writeFileSync(own, String(process.pid))
  try {
    fs.linkSync(own, file)
    return true
  } catch (error) {
    if (/** @type {NodeJS.ErrnoException} */ (error).code !== 'EEXIST') throw error
    removeIfDead(file)
    return false
  } finally {
    fs.rmSync(own, { force: true })
  }
}

/** @param {string} file */
function removeIfDead(file) {
  const pid = holder(file)
  if (pid === undefined || isAlive(pid)) return
  // Renamed first: of several that find the lock dead, one removes it.
  const taken = `${file}.dead.${process.pid}`
  try {
    fs.renameSync(file, taken)
    fs.rmSync(taken)
  } catch {
    // Another process was faster.
  }
}

/** @param {string} file */
function holder(file) {
  try {
    return Number(fs.readFileSync(file, 'utf8'))
  } catch {
    return undefined
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM'
  }
}
