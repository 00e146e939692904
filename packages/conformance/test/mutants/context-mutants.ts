import type { ContextMutant } from './context-mutant.js'
import { journalMutants } from './contexts/journal-mutants.js'
import { keptBadlyMutants } from './contexts/kept-badly-mutants.js'
import { operationMutants } from './contexts/operation-mutants.js'

/** Every broken engine. */
export const contextMutants: readonly ContextMutant[] = [
  ...journalMutants,
  ...keptBadlyMutants,
  ...operationMutants,
]
