import type * as Core from '@perdure/core'
import { afterAll, describe, expect, it, onTestFinished, vi } from 'vitest'
import { checkContext } from '../../src/context/context-conformance.js'
import { contextRequirements } from '../../src/context/context-requirements.js'
import { type ContextMutant, createMutantDriver, mutatePass } from './context-mutant.js'
import { contextMutants } from './context-mutants.js'
import { groupOf, hunt, leading, report } from './hunt.js'

type AnnouncementsClass = new () => { push(operation: Core.OperationRecord, isReady: boolean): void }

const living = vi.hoisted((): { mutant: ContextMutant | undefined } => ({ mutant: undefined }))

vi.mock('@perdure/core', async (importOriginal) => {
  const core = await importOriginal<typeof Core>()
  const runWorkflow: typeof core.runWorkflow = (workflow, options) => {
    const { mutant } = living
    return mutant === undefined
      ? core.runWorkflow(workflow, options)
      : core.runWorkflow(...mutatePass(mutant, workflow, options))
  }
  const containRejections: typeof core.containRejections = () =>
    (living.mutant?.core?.containRejections ?? core.containRejections)()
  return { ...core, runWorkflow, containRejections }
})

vi.mock('../../../engine/src/announcements.js', async (importOriginal) => {
  const { Announcements } = await importOriginal<{ Announcements: AnnouncementsClass }>()
  class Announced extends Announcements {
    override push(operation: Core.OperationRecord, isReady: boolean): void {
      super.push(operation, living.mutant?.isReady?.(operation, isReady) ?? isReady)
    }
  }
  return { Announcements: Announced }
})

/** Bulk: slow, and looked at by the mutants that they are there for. */
const bulky = ['CRASH-01', 'CRASH-02', 'CRASH-03', 'CRASH-04', 'PAGING-01', 'PAGING-02']

describe('a broken engine is caught by the suite', () => {
  const caught = new Map<string, readonly string[]>()

  it.each(contextMutants)('$name: $caughtBy', async (mutant) => {
    living.mutant = mutant
    const { emit } = process
    if (mutant.core?.containRejections !== undefined)
      onTestFinished(() => void Object.assign(process, { emit }))
    const create = createMutantDriver(mutant)
    const requirements = contextRequirements.filter(({ requirementId }) => {
      return requirementId === mutant.caughtBy || !bulky.includes(requirementId)
    })
    const red = await hunt(requirements, (requirement) => checkContext(requirement, create))
    caught.set(mutant.name, leading(red, mutant.caughtBy))
    expect(red).toContain(mutant.caughtBy)
  })

  it('has a mutant for each group of requirements', () => {
    const groups = new Set(contextRequirements.map(({ requirementId }) => groupOf(requirementId)))
    for (const { caughtBy } of contextMutants) groups.delete(groupOf(caughtBy))
    expect([...groups]).toEqual([])
  })

  afterAll(() => {
    console.log(`${caught.size} broken engines, and what turned red:\n${report(caught)}`)
  })
})
