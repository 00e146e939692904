import type { Brake } from '../sabotage/brake.js'
import type { StoreName } from '../stores/soak-stores.js'
import type { RunKind } from '../workflows/run-kind.js'

export type Role = 'worker' | 'client'

/** What a process of the fleet is told at its start, as JSON on its command line. */
export interface Orders {
  readonly folder: string
  readonly store: StoreName
  readonly seed: number
  readonly without: Brake | undefined
  readonly role: Role
  /** The name of its place in the fleet, and which life of it this is. */
  readonly name: string
  readonly life: number
  /** A worker that is also a client: two engines over one store object. */
  readonly isClientToo: boolean
  /** The load is over: it starts only what it is told to. */
  readonly isResting: boolean
  /** It is never told what others write, and has to look by itself. */
  readonly isDeaf: boolean
}

/** What a process is told on its way. */
export type Command =
  | { readonly kind: 'begin'; readonly runKind: RunKind }
  | { readonly kind: 'unplug'; readonly forMs: number }
  /** A worker is not told any more what others write. */
  | { readonly kind: 'deafen' }
  /** A client goes on with what it has kept for the silence. */
  | { readonly kind: 'breakSilence' }
  | { readonly kind: 'drain' }
  | { readonly kind: 'close' }

/** What it tells: that it has begun, or that it has said all that it had to say. */
export interface Report {
  readonly kind: 'up' | 'drained'
}
