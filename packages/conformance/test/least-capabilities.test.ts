import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memory } from '@perdure/memory'
import { afterAll, expect, test } from 'vitest'
import { contextRequirements } from '../src/context/context-requirements.js'
import { type ConformanceReport, contextConformance, engineDriver } from '../src/index.js'

const folder = mkdtempSync(join(tmpdir(), 'perdure-report-'))
const report = join(folder, 'report.json')
afterAll(() => rmSync(folder, { recursive: true }))

contextConformance({
  name: 'memory with the least capabilities',
  report,
  driver: engineDriver({
    create: async ({ clock }) => {
      const store = memory({
        clock,
        capabilities: { events: 'none', cancel: false, limits: { maxPayloadBytes: 10_000 } },
      })
      return { store, destroy: () => store.close() }
    },
  }),
})

test('the report has every requirement of the durable context, and what the manifest lets it refuse', () => {
  const written: ConformanceReport = JSON.parse(readFileSync(report, 'utf8'))
  const { adapter, suite, manifest, counts, requirements } = written
  expect({ adapter, suite }).toEqual({ adapter: 'memory with the least capabilities', suite: 'context' })
  expect(manifest).toMatchObject({ events: 'none', limits: { maxPayloadBytes: 10_000 } })
  expect(requirements.map(({ requirementId, sentence }) => `${requirementId} ${sentence}`)).toEqual(
    contextRequirements.map(({ requirementId, sentence }) => `${requirementId} ${sentence}`),
  )
  expect(counts).toMatchObject({ failed: 0, skipped: 0 })
  expect(counts.refused).toBeGreaterThan(0)
  expect(counts.done).toBeGreaterThan(counts.refused)
})
