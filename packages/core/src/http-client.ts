import type { Duration } from './duration.js'

/** An HTTP client for step bodies: `fetch` with a timeout, behind a circuit breaker per host. */
export interface HttpClient {
  /**
   * Sends a request. Aborts with the step's signal even if `init.signal` is not given.
   *
   * Rejects when the request times out, when it fails on the way, and at once while the breaker of the host
   * is open. An answer with an error status is an answer: look at `response.ok`.
   */
  fetch(url: string | URL, init?: HttpRequestInit): Promise<Response>
}

/** What `fetch` takes, and how long the answer may take. */
export interface HttpRequestInit extends RequestInit {
  /** The longest wait for the answer's head. @default the client's own */
  readonly timeout?: Duration
  /** False sends the request past the circuit breaker. @default true */
  readonly breaker?: boolean
}
