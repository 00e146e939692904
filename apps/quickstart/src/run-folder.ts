import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'

/** Where a run keeps what it must not forget. */
export interface RunFolder {
  readonly path: string
  /** What a crash run works through: a copy, for the file may change while workers come and go. */
  readonly orders: string
  /** The journal: Perdure's own database. */
  readonly database: string
  readonly warehouse: string
  /** The payment server's memory. */
  readonly ledger: string
  readonly lock: string
}

/** The folder for all runs that are started in a directory. It hides itself from git. */
export function stateFolder(directory: string): string {
  const folder = path.join(directory, '.perdure-quickstart')
  mkdirSync(folder, { recursive: true })
  writeFileSync(path.join(folder, '.gitignore'), '*\n')
  return folder
}

/** The folder of the run of one file. A file with other contents is another run. */
export function folderOf(file: string, contents: string, parent: string): RunFolder {
  const digest = createHash('sha256').update(contents).digest('hex').slice(0, 8)
  return runFolder(path.join(parent, `${path.parse(file).name}-${digest}`))
}

/** Makes the folder if it is not there. */
export function runFolder(folder: string): RunFolder {
  mkdirSync(folder, { recursive: true })
  return {
    path: folder,
    orders: path.join(folder, 'orders.ndjson'),
    database: path.join(folder, 'perdure.db'),
    warehouse: path.join(folder, 'warehouse.db'),
    ledger: path.join(folder, 'payments.ndjson'),
    lock: path.join(folder, 'lock'),
  }
}

/** Forgets everything but who holds the lock. */
export function emptyRunFolder(folder: RunFolder): void {
  for (const name of readdirSync(folder.path)) {
    const file = path.join(folder.path, name)
    if (file !== folder.lock) rmSync(file, { recursive: true })
  }
}
