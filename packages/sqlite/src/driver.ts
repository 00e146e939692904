import { createRequire } from 'node:module'
import { DriverVersionError } from '@perdure/core'
import type { SqliteDatabase } from './database.js'
import { crashReason, fittingDriver } from './driver-version.js'

type DatabaseClass = new (path: string, options: { readonly timeout: number }) => SqliteDatabase

const remedy = fittingDriver(process.versions)

/** The CommonJS build has the one, the ES module the other. */
const thisFile = typeof __filename === 'string' ? __filename : import.meta.url

/**
 * Opens a database with better-sqlite3, which the application installs and which is loaded on first use only. Its
 * version is looked at before its binary is touched.
 *
 * @throws DriverVersionError naming the version to install, if it is missing or does not run on this Node.js.
 */
export function openWithDriver(params: {
  readonly path: string
  /** How long a statement waits for a lock. */
  readonly timeoutMs: number
  /** The module on whose behalf the driver is looked up. */
  readonly from?: string
}): SqliteDatabase {
  const require = createRequire(params.from ?? thisFile)
  const version = installedVersion(require)
  checkVersion(version)
  try {
    const Database: DatabaseClass = require('better-sqlite3')
    return new Database(params.path, { timeout: params.timeoutMs })
  } catch (cause) {
    if (!isLoadFailure(cause)) throw cause
    const message = `better-sqlite3 ${version} does not load on Node.js ${process.version}`
    throw unusable(`${message}: run "npm rebuild better-sqlite3", or install ${remedy}`, version, cause)
  }
}

function installedVersion(require: NodeJS.Require): string {
  try {
    return require('better-sqlite3/package.json').version
  } catch (cause) {
    throw unusable(`better-sqlite3 is not installed: install ${remedy}`, null, cause)
  }
}

function checkVersion(version: string): void {
  const reason = crashReason(version, process.versions)
  if (reason !== undefined) throw unusable(`${reason}: install ${remedy}`, version)
}

function isLoadFailure(error: unknown): boolean {
  const code = error instanceof Error && 'code' in error ? error.code : undefined
  return (
    code === 'ERR_DLOPEN_FAILED' || code === 'MODULE_NOT_FOUND' || String(error).includes('bindings file')
  )
}

function unusable(message: string, version: string | null, cause?: unknown): DriverVersionError {
  return new DriverVersionError(
    message,
    { driver: 'better-sqlite3', version, node: process.version },
    { cause },
  )
}
