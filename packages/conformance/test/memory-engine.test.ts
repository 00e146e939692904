import { memory } from '@perdure/memory'
import { expect, test } from 'vitest'
import { engineConformance } from '../src/engine/engine-conformance.js'
import { engineRequirements } from '../src/engine/engine-requirements.js'
import { reportFile } from './report-file.js'

const report = reportFile()

engineConformance({
  name: 'memory',
  report: report.path,
  create: async ({ clock }) => {
    const store = memory({ clock })
    const { database } = store
    return { store, another: async () => memory({ clock, database }), destroy: () => store.close() }
  },
})

test('the report has every requirement of an engine', () => {
  const { adapter, suite, counts, requirements } = report.read()
  expect({ adapter, suite }).toEqual({ adapter: 'memory', suite: 'engine' })
  expect(requirements.map(({ requirementId }) => requirementId)).toEqual(
    engineRequirements.map(({ requirementId }) => requirementId),
  )
  expect(counts).toMatchObject({ failed: 0, skipped: 0 })
})
