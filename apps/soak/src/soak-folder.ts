import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

/** Where one soak keeps everything: the store, the log of what happened, and what its processes complained of. */
export interface SoakFolder {
  readonly path: string
  readonly log: string
  readonly complaints: string
  /** Where the checker sorts the log. */
  readonly sorted: string
}

export function makeSoakFolder(): SoakFolder {
  return soakFolder(mkdtempSync(path.join(tmpdir(), 'perdure-soak-')))
}

export function soakFolder(folder: string): SoakFolder {
  const sorted = path.join(folder, 'sorted')
  mkdirSync(sorted, { recursive: true })
  return {
    path: folder,
    log: path.join(folder, 'log.ndjson'),
    complaints: path.join(folder, 'complaints.txt'),
    sorted,
  }
}

export function removeSoakFolder({ path: folder }: SoakFolder): void {
  rmSync(folder, { recursive: true, force: true, maxRetries: 5 })
}
