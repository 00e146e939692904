import { memory } from '@perdure/memory'
import { expect, test } from 'vitest'
import { contextRequirements } from '../src/context/context-requirements.js'
import { contextConformance, engineDriver } from '../src/index.js'
import { reportFile } from './report-file.js'

for (const evict of [false, true]) {
  contextConformance({
    name: evict ? 'memory, evicting every suspension,' : 'memory',
    driver: engineDriver({
      evict,
      create: async ({ clock }) => {
        const store = memory({ clock })
        return { store, destroy: () => store.close() }
      },
    }),
  })
}

const report = reportFile()

contextConformance({
  name: 'memory with the least capabilities',
  report: report.path,
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
  const { adapter, suite, manifest, counts, requirements } = report.read()
  expect({ adapter, suite }).toEqual({ adapter: 'memory with the least capabilities', suite: 'context' })
  expect(manifest).toMatchObject({ events: 'none', limits: { maxPayloadBytes: 10_000 } })
  expect(requirements.map(({ requirementId, sentence }) => `${requirementId} ${sentence}`)).toEqual(
    contextRequirements.map(({ requirementId, sentence }) => `${requirementId} ${sentence}`),
  )
  expect(counts).toMatchObject({ failed: 0, skipped: 0 })
  expect(counts.refused).toBeGreaterThan(0)
  expect(counts.done).toBeGreaterThan(counts.refused)
})
