import type { Disturbances } from './disturbances.js'

/** What is known of the soak as a whole while one execution is judged. */
export interface Course {
  readonly disturbances: Disturbances
  /** When the last client was told to end: the end, for everybody. */
  readonly closedAt: number
  /** Why workers could not turn to healthy runs at the end, because of other runs; undefined if they could. */
  readonly heldUpBy: string | undefined
}
