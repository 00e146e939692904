import { afterAll, describe, expect, it } from 'vitest'
import { checkStore } from '../../src/store/store-conformance.js'
import { storeRequirements } from '../../src/store/store-requirements.js'
import { groupOf, hunt, leading, report } from './hunt.js'
import { createMutant } from './store-mutant.js'
import { storeMutants } from './store-mutants.js'

/** Bulk: slow, and no rule is theirs alone. */
const bulky = ['BATCH-10', 'BATCH-11', 'BATCH-12', 'BATCH-13', 'CHILD-13', 'INBOX-09', 'VALUE-09']
const requirements = storeRequirements.filter(({ requirementId }) => !bulky.includes(requirementId))

describe('a broken store is caught by the suite', () => {
  const caught = new Map<string, readonly string[]>()

  it.each(storeMutants)('$name: $caughtBy', async (mutant) => {
    const create = createMutant(mutant)
    const red = await hunt(requirements, (requirement) => checkStore(requirement, create))
    caught.set(mutant.name, leading(red, mutant.caughtBy))
    expect(red).toContain(mutant.caughtBy)
  })

  it('has a mutant for each group of requirements', () => {
    const groups = new Set(storeRequirements.map(({ requirementId }) => groupOf(requirementId)))
    for (const { caughtBy } of storeMutants) groups.delete(groupOf(caughtBy))
    expect([...groups]).toEqual([])
  })

  afterAll(() => {
    console.log(`${caught.size} broken stores, and what turned red:\n${report(caught)}`)
  })
})
