/**
 * Environment variables as they were when the run started: recorded then, so that a replay on another machine
 * or after a deploy reads the same. What is secret or must be fresh belongs into a step.
 */
export interface Environment {
  /** The value, or `undefined` where it is not set. */
  get(key: string): string | undefined
  /** The value, or `fallback` where it is not set. */
  getOr(key: string, fallback: string): string
  /** The value. Throws a `ValidationError` that names the key where it is not set. */
  require(key: string): string
  /**
   * The value, read by `read`. Throws a `ValidationError` that names the key where it is not set or `read`
   * throws.
   */
  parse<T>(key: string, read: (text: string) => T): T
  /**
   * Like {@link parse}, but `fallback` where it is not set. A value that is set and cannot be read still
   * throws.
   */
  parseOr<T>(key: string, read: (text: string) => T, fallback: T): T
  /** True if it is set, also to the empty string. */
  has(key: string): boolean
}
