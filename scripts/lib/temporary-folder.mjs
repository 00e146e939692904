import fs from 'node:fs'
import os from 'node:os'
import path from 'node:path'

/** @type {string[]} */
const folders = []

/**
 * A folder that is gone when this process ends.
 * @param {string} prefix
 */
export function temporaryFolder(prefix) {
  const folder = fs.realpathSync(fs.mkdtempSync(path.join(os.tmpdir(), prefix)))
  if (folders.length === 0) process.once('exit', removeTemporaryFolders)
  folders.push(folder)
  return folder
}

/** For a process that is ended before it can exit by itself, such as a test worker. */
export function removeTemporaryFolders() {
  for (const folder of folders) fs.rmSync(folder, { recursive: true, force: true })
}
