import type { StoreMutant } from './store-mutant.js'
import { claimMutants } from './stores/claim-mutants.js'
import { commitMutants } from './stores/commit-mutants.js'
import { deadlineMutants } from './stores/deadline-mutants.js'
import { familyMutants } from './stores/family-mutants.js'
import { fenceMutants } from './stores/fence-mutants.js'
import { finishedMutants } from './stores/finished-mutants.js'
import { inboxMutants } from './stores/inbox-mutants.js'
import { isolationMutants } from './stores/isolation-mutants.js'
import { journalMutants } from './stores/journal-mutants.js'
import { lifeCycleMutants } from './stores/life-cycle-mutants.js'
import { lifeMutants } from './stores/life-mutants.js'
import { readingMutants } from './stores/reading-mutants.js'

/** Every broken store. */
export const storeMutants: readonly StoreMutant[] = [
  ...fenceMutants,
  ...claimMutants,
  ...inboxMutants,
  ...commitMutants,
  ...familyMutants,
  ...readingMutants,
  ...finishedMutants,
  ...lifeCycleMutants,
  ...journalMutants,
  ...isolationMutants,
  ...deadlineMutants,
  ...lifeMutants,
]
