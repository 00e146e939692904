import type { RunKey } from '@perdure/core'

/** A run's key as one text, for maps. None of its parts can have a line break in it. */
export function runName({ namespace, executionId, runNo }: RunKey): string {
  return `${namespace}\n${executionId}\n${runNo}`
}
