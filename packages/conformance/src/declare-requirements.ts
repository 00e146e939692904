import type { Capabilities } from '@perdure/core'
import { afterAll, describe, it } from 'vitest'
import { OutcomeLog, writeReport } from './conformance-report.js'
import type { Requirement } from './requirement.js'

/** A suite to declare, for one adapter. */
export interface Declaration<Trial> {
  /** The adapter's name. */
  readonly name: string
  /** What the adapter is tried as: a store, a durable context. */
  readonly suite: string
  /** The title of all the tests. */
  readonly title: string
  readonly requirements: readonly Requirement<Trial>[]
  readonly check: (requirement: Requirement<Trial>) => Promise<'done' | 'refused'>
  /** Asked after the last test. */
  readonly manifest: () => Capabilities | null
  /** Asked after the last test; printed, and part of the report. */
  readonly notes?: () => readonly string[]
  /** Where a report is written to, as JSON. Left out: nowhere. */
  readonly report?: string | undefined
}

/** Declares a test for each requirement, and what is to be told after the last of them. */
export function declareRequirements<Trial>(declaration: Declaration<Trial>): void {
  const { name, suite, title, requirements, check, manifest, report } = declaration
  const outcomes = new OutcomeLog()
  describe(title, () => {
    for (const requirement of requirements) {
      const { requirementId, sentence } = requirement
      it(`${requirementId} ${sentence}`, () => outcomes.note(requirementId, () => check(requirement)))
    }

    afterAll(async () => {
      const notes = declaration.notes?.() ?? []
      for (const note of notes) console.log(`${title}: ${note}`)
      if (report === undefined) return
      await writeReport(
        report,
        outcomes.report({ adapter: name, suite, manifest: manifest(), notes }, requirements),
      )
    })
  })
}
