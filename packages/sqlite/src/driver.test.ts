import { spawnSync } from 'node:child_process'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, describe, expect, it } from 'vitest'
import { temporaryFile } from '../test/temporary-file.js'
import { openWithDriver } from './driver.js'
import { crashReason, fittingDriver } from './driver-version.js'

describe('the driver', () => {
  const { folder, remove } = temporaryFile()
  afterAll(remove)

  /** A file of an application that has installed this version, whose binary does not load. */
  function applicationWith(version: string): string {
    const application = join(folder, version)
    const installed = join(application, 'node_modules/better-sqlite3')
    mkdirSync(installed, { recursive: true })
    writeFileSync(join(installed, 'package.json'), JSON.stringify({ version, main: 'index.js' }))
    writeFileSync(join(installed, 'index.js'), 'process.dlopen({ exports: {} }, __filename)')
    return join(application, 'index.js')
  }

  it('opens a database', () => {
    const database = openWithDriver({ path: ':memory:', timeoutMs: 0 })
    expect(database.open).toBe(true)
    database.close()
  })

  it('says what to install if there is none', () => {
    const fixture = fileURLToPath(new URL('../test/fixtures/open-elsewhere.fixture.ts', import.meta.url))
    // In a process of its own, because a package manager may have told this one where else to look.
    const { stdout } = spawnSync(
      process.execPath,
      ['--import', 'tsx', '--conditions=perdure-source', fixture, join(folder, 'index.js')],
      { encoding: 'utf8', env: {} },
    )
    expect(stdout).toBe(
      `DRIVER_VERSION: better-sqlite3 is not installed: install ${fittingDriver(process.versions)}\n`,
    )
  })

  it('is not loaded at all if its version crashes this Node.js', () => {
    for (const version of ['12.11.1', '13.2.0']) {
      const open = (): unknown =>
        openWithDriver({ path: ':memory:', timeoutMs: 0, from: applicationWith(version) })
      const reason = crashReason(version, process.versions)
      expect(open).toThrow(
        reason === undefined ? `${version} does not load` : `${reason}: install better-sqlite3@^1`,
      )
      expect(open).toThrow(expect.objectContaining({ code: 'DRIVER_VERSION' }))
    }
  })

  it('names itself if its binary was built for another Node.js', () => {
    const version =
      ['12.11.1', '13.2.0'].find((each) => crashReason(each, process.versions) === undefined) ?? ''
    const open = (): unknown =>
      openWithDriver({ path: ':memory:', timeoutMs: 0, from: applicationWith(version) })
    expect(open).toThrow(
      /better-sqlite3 \S+ does not load on Node\.js v\S+: run "npm rebuild better-sqlite3"/,
    )
  })

  it('passes on why a file cannot be opened', () => {
    const open = (): unknown => openWithDriver({ path: join(folder, 'nowhere/app.db'), timeoutMs: 0 })
    expect(open).toThrow('Cannot open database because the directory does not exist')
  })
})
