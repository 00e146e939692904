import { mkdir, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Capabilities } from '@perdure/core'
import { packageVersion } from './package-version.js'
import type { Requirement } from './requirement.js'

/** How an adapter fared, as it is written to a file after a run. */
export interface ConformanceReport {
  readonly adapter: string
  readonly suite: string
  readonly versions: { readonly conformance: string; readonly node: string }
  /** What the adapter says it can do; null if none of its stores was ever made. */
  readonly manifest: Capabilities | null
  /** What a reader of the outcomes must know. */
  readonly notes: readonly string[]
  readonly counts: Readonly<Record<ReportedOutcome, number>>
  /** Every requirement of the suite, in its order. */
  readonly requirements: readonly ReportedRequirement[]
}

/** `refused`: the manifest does not promise it, and the adapter said so by its typed error. `skipped`: not run. */
export type ReportedOutcome = 'done' | 'refused' | 'failed' | 'skipped'

export interface ReportedRequirement {
  readonly requirementId: string
  readonly sentence: string
  readonly outcome: ReportedOutcome
  /** How long the check took, on this machine. */
  readonly ms: number
  /** What was thrown, if it failed. */
  readonly error?: string
}

/** Notes what becomes of each requirement while tests run. */
export class OutcomeLog {
  readonly #outcomes = new Map<string, Pick<ReportedRequirement, 'outcome' | 'ms' | 'error'>>()

  /** Does the check and notes how it went. A check that is tried again counts as it went last. */
  async note(requirementId: string, check: () => Promise<'done' | 'refused'>): Promise<void> {
    const startedAt = performance.now()
    const took = (): number => Math.round(performance.now() - startedAt)
    try {
      const outcome = await check()
      this.#outcomes.set(requirementId, { outcome, ms: took() })
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error)
      this.#outcomes.set(requirementId, { outcome: 'failed', ms: took(), error: message })
      throw error
    }
  }

  report<Trial>(
    about: Pick<ConformanceReport, 'adapter' | 'suite' | 'manifest' | 'notes'>,
    requirements: readonly Requirement<Trial>[],
  ): ConformanceReport {
    const reported = requirements.map(({ requirementId, sentence }): ReportedRequirement => {
      const outcome = this.#outcomes.get(requirementId) ?? { outcome: 'skipped', ms: 0 }
      return { requirementId, sentence, ...outcome }
    })
    const counts = { done: 0, refused: 0, failed: 0, skipped: 0 }
    for (const { outcome } of reported) counts[outcome] += 1
    const { adapter, suite, manifest, notes } = about
    const versions = { conformance: packageVersion, node: process.versions.node }
    return { adapter, suite, versions, manifest, notes, counts, requirements: reported }
  }
}

/** Writes a report as JSON, and the folder that it lies in. */
export async function writeReport(path: string, report: ConformanceReport): Promise<void> {
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`)
}
