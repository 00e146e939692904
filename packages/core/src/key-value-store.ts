import type { Duration } from './duration.js'

/** Durable keys and values, seen by everything in one namespace. For step bodies and for the application. */
export interface KeyValueStore {
  /** The value, or `undefined` where the key is missing or has expired. */
  get<T = unknown>(key: string): Promise<T | undefined>
  /** Writes a value over whatever was there. Resolves when it is durable. */
  set(key: string, value: unknown, options?: KeyValueSetOptions): Promise<void>
  /** True if the key was there. */
  delete(key: string): Promise<boolean>
}

export interface KeyValueSetOptions {
  /** How long the value lives. @default forever */
  readonly expiresIn?: Duration
}
