import type { Duration } from './duration.js'

/** How long to wait for an event, and what happens then. */
export interface WaitForEventOptions {
  /**
   * The longest wait, from the call on; recorded, so that a crash does not start it again.
   *
   * @default forever
   */
  readonly timeout?: Duration
  /**
   * `throw` rejects with an `EventTimeoutError`; `undefined` resolves with `undefined`.
   *
   * @default 'throw'
   */
  readonly onTimeout?: 'throw' | 'undefined'
}

/** {@link WaitForEventOptions} where a timeout rejects, so that there is always a payload. */
export interface WaitForEventOrThrowOptions extends WaitForEventOptions {
  readonly onTimeout?: 'throw'
}
