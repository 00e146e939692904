import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface TemporaryFile {
  readonly path: string
  readonly folder: string
  readonly remove: () => void
}

/** The path of a database that is not there yet, in a folder of its own. */
export function temporaryFile(): TemporaryFile {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-sqlite-'))
  return {
    path: join(folder, 'test.db'),
    folder,
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
