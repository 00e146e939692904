import type { StepError } from './errors.js'

/** How a step ended, as a value: what `ctx.tryStep` gives. */
export type StepOutcome<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: StepError }
