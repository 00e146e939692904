import type { Codec } from './codec.js'

/** How a child context is kept. Every field may be left out. */
export interface ChildContextOptions {
  /** Writes and reads the result. @default the codec of the engine */
  readonly codec?: Codec
  /** Takes the place of the name in the identity of the context. @default the name */
  readonly id?: string
}
