import type { Requirement } from '../../src/requirement.js'
import { runRequirements } from '../../src/run-requirements.js'

/** After so long a check is taken to wait forever; the slowest of an intact adapter takes a fraction. */
const patienceMs = 2_000

/** The ids of the requirements that turn red. */
export async function hunt<Trial>(
  requirements: readonly Requirement<Trial>[],
  check: (requirement: Requirement<Trial>) => Promise<'done' | 'refused'>,
): Promise<readonly string[]> {
  const results = await runRequirements(requirements, (requirement) => withPatience(check(requirement)))
  return results.filter(({ outcome }) => outcome === 'failed').map(({ requirementId }) => requirementId)
}

async function withPatience<Answer>(checking: Promise<Answer>): Promise<Answer> {
  let timer: NodeJS.Timeout | undefined
  const patience = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`still going on after ${patienceMs} ms`)), patienceMs)
  })
  try {
    return await Promise.race([checking, patience])
  } finally {
    clearTimeout(timer)
  }
}

/** The noun of a requirement's id. */
export function groupOf(requirementId: string): string {
  return requirementId.split('-')[0] ?? requirementId
}

/** The ids with the one that is there for the mutant at their head, if it is among them. */
export function leading(ids: readonly string[], first: string): readonly string[] {
  return [...ids.filter((id) => id === first), ...ids.filter((id) => id !== first)]
}

/** What was caught, a line each: the requirement that is there for it, and how many others. */
export function report(caught: ReadonlyMap<string, readonly string[]>): string {
  const width = Math.max(...[...caught.keys()].map(({ length }) => length))
  return [...caught].map(([name, ids]) => `${name.padEnd(width)}  ${shorten(ids)}`).join('\n')
}

function shorten(ids: readonly string[]): string {
  const shown = ids.slice(0, 6).join(', ')
  return ids.length > 6 ? `${shown} and ${ids.length - 6} more` : shown
}
