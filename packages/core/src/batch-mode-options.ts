import type { Duration } from './duration.js'

/** When updates that are held back are written at the latest. Every field may be left out. */
export interface BatchModeOptions {
  /** @default the adapter's own bound */
  readonly maxOperations?: number
  /** @default the adapter's own bound */
  readonly maxBytes?: number
  /** @default '1s' */
  readonly maxDelay?: Duration
}
