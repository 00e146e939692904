import { describe, expect, it } from 'vitest'
import { requirement } from './requirement.js'
import { runRequirements } from './run-requirements.js'

describe('runRequirements', () => {
  it('says of each requirement how it went, and goes on after a failure', async () => {
    const error = new Error('not so')
    const all = ['A-01', 'A-02', 'A-03'].map((id) =>
      requirement<undefined>(id, `sentence of ${id}`, async () => {}),
    )
    const results = await runRequirements(all, async ({ requirementId }) => {
      if (requirementId === 'A-02') throw error
      return requirementId === 'A-03' ? 'refused' : 'done'
    })
    expect(results).toEqual([
      { requirementId: 'A-01', sentence: 'sentence of A-01', outcome: 'done' },
      { requirementId: 'A-02', sentence: 'sentence of A-02', outcome: 'failed', error },
      { requirementId: 'A-03', sentence: 'sentence of A-03', outcome: 'refused' },
    ])
  })
})
