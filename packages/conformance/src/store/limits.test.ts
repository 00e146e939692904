import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { memory } from '@perdure/memory'
import { afterAll, describe, expect, it } from 'vitest'
import type { ConformanceReport } from '../conformance-report.js'
import { runRequirements } from '../run-requirements.js'
import { checkStore, storeConformance } from './store-conformance.js'
import { storeRequirements } from './store-requirements.js'
import type { CreateStoreUnderTest } from './store-under-test.js'

function withInboxOf(maxInboxMessages: number): CreateStoreUnderTest {
  return async ({ clock }) => {
    const store = memory({ clock, capabilities: { limits: { maxInboxMessages } } })
    const { database, capabilities } = store
    return {
      store,
      probe: async () => database.rows(),
      another: async () => memory({ clock, database, capabilities }),
      destroy: () => store.close(),
    }
  }
}

const folder = mkdtempSync(join(tmpdir(), 'perdure-report-'))
const report = join(folder, 'report.json')

// The suite goes by the limits of the manifest.
storeConformance({ name: 'memory with an inbox of three', create: withInboxOf(3), report })

describe('the report on a store', () => {
  it('has every requirement, and the manifest by which the suite went', () => {
    const written: ConformanceReport = JSON.parse(readFileSync(report, 'utf8'))
    expect(written).toMatchObject({
      adapter: 'memory with an inbox of three',
      suite: 'store',
      manifest: { adapter: 'memory', limits: { maxInboxMessages: 3 } },
      notes: [],
    })
    const ids = storeRequirements.map(({ requirementId }) => requirementId)
    expect(written.requirements.map(({ requirementId }) => requirementId)).toEqual(ids)
  })

  afterAll(() => rmSync(folder, { recursive: true }))
})

describe('the suite', () => {
  it('does not fill an inbox of a million messages', async () => {
    const full = storeRequirements.filter(({ requirementId }) => requirementId === 'INBOX-09')
    const results = await runRequirements(full, (each) => checkStore(each, withInboxOf(1_000_000)))
    expect(results).toMatchObject([{ outcome: 'done' }])
  })
})
