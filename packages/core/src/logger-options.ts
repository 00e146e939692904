import type { Logger } from './logger.js'

/**
 * What is logged while a workflow replays, lines that an earlier pass has written already: nothing,
 * everything, or from a level on.
 */
export type ReplayLogging = 'none' | 'errors' | 'warnings' | 'all'

/** How the logger of a workflow is set up. What is left out stays as it was. */
export interface LoggerOptions {
  /** @default the logger of the engine */
  readonly logger?: Logger
  /** @default 'none' */
  readonly replay?: ReplayLogging
}
