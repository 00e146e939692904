import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { ConformanceReport } from '../src/index.js'

export interface ReportFile {
  readonly path: string
  /** Once the suite that writes it has run: a test that is declared after it. */
  read(): ConformanceReport
}

/** Where a suite can write its report, until the tests of this file are over. */
export function reportFile(): ReportFile {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-report-'))
  afterAll(() => rmSync(folder, { recursive: true }))
  const path = join(folder, 'report.json')
  return { path, read: () => JSON.parse(readFileSync(path, 'utf8')) }
}
