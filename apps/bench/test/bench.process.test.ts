import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))

test('a quick run measures every floor and every workload, and writes what it found', () => {
  const folder = mkdtempSync(join(tmpdir(), 'perdure-bench-'))
  try {
    const json = join(folder, 'report.json')
    const args = [
      '--import',
      'tsx',
      '--conditions=perdure-source',
      main,
      '--quick',
      '--folder',
      folder,
      '--json',
      json,
    ]
    const output = execFileSync(process.execPath, args, { encoding: 'utf8', timeout: 100_000 })
    const report: { lines: { name: string; median: number }[] } = JSON.parse(readFileSync(json, 'utf8'))
    expect(report.lines.length).toBeGreaterThanOrEqual(7)
    for (const { name, median } of report.lines) {
      expect(median).toBeGreaterThan(0)
      expect(output).toContain(`| ${name} |`)
    }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
