import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { capabilities } from '@perdure/core'
import { afterAll, describe, expect, it } from 'vitest'
import { type ConformanceReport, OutcomeLog } from './conformance-report.js'
import { declareRequirements } from './declare-requirements.js'
import { requirement } from './requirement.js'

const requirements = [
  requirement('KEEP-01', 'what is written stays', async () => {}),
  requirement('KEEP-02', 'what is removed is gone', async () => {}),
]
const manifest = capabilities({ adapter: 'files', list: true })
const folder = mkdtempSync(join(tmpdir(), 'perdure-report-'))
const report = join(folder, 'reports', 'files.json')

declareRequirements({
  ...{ name: 'files', suite: 'store', title: 'files as a store', requirements, report },
  check: async ({ requirementId }) => (requirementId === 'KEEP-01' ? 'done' : 'refused'),
  manifest: () => manifest,
  notes: () => ['there is one handle'],
})

describe('the report', () => {
  it('is written after the run, with each requirement, the manifest and the versions', () => {
    const written: ConformanceReport = JSON.parse(readFileSync(report, 'utf8'))
    expect(written).toEqual({
      adapter: 'files',
      suite: 'store',
      versions: {
        conformance: expect.stringMatching(/^\d+\.\d+\.\d+/),
        node: process.versions.node,
      },
      manifest: JSON.parse(JSON.stringify(manifest)),
      notes: ['there is one handle'],
      counts: { done: 1, refused: 1, failed: 0, skipped: 0 },
      requirements: [
        {
          requirementId: 'KEEP-01',
          sentence: 'what is written stays',
          outcome: 'done',
          ms: expect.any(Number),
        },
        {
          requirementId: 'KEEP-02',
          sentence: 'what is removed is gone',
          outcome: 'refused',
          ms: expect.any(Number),
        },
      ],
    })
  })

  it('says why a requirement failed, and which were not run', async () => {
    const outcomes = new OutcomeLog()
    const broken = outcomes.note('KEEP-01', async () => {
      throw new Error('a row is gone')
    })
    await expect(broken).rejects.toThrow('a row is gone')
    const about = { adapter: 'files', suite: 'store', manifest: null, notes: [] }
    expect(outcomes.report(about, requirements)).toMatchObject({
      counts: { done: 0, refused: 0, failed: 1, skipped: 1 },
      requirements: [{ outcome: 'failed', error: 'a row is gone' }, { outcome: 'skipped' }],
    })
  })

  afterAll(() => rmSync(folder, { recursive: true }))
})
