import { memory } from '@perdure/memory'
import { expect, test } from 'vitest'
import { storeConformance } from '../src/index.js'
import { storeRequirements } from '../src/store/store-requirements.js'
import { reportFile } from './report-file.js'

const report = reportFile()

storeConformance({
  name: 'memory',
  report: report.path,
  create: async ({ clock }) => {
    const store = memory({ clock })
    const { database } = store
    return {
      store,
      probe: async () => database.rows(),
      another: async () => memory({ clock, database }),
      destroy: () => store.close(),
    }
  },
})

test('the report has every requirement of a store', () => {
  const { adapter, suite, counts, requirements } = report.read()
  expect({ adapter, suite }).toEqual({ adapter: 'memory', suite: 'store' })
  expect(requirements.map(({ requirementId }) => requirementId)).toEqual(
    storeRequirements.map(({ requirementId }) => requirementId),
  )
  expect(counts).toMatchObject({ failed: 0, skipped: 0 })
})
