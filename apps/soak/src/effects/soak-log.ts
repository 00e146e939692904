import { closeSync, openSync, writeSync } from 'node:fs'
import type { FleetEvent, RunEvent } from './log-line.js'

/**
 * Appends to the one log that all processes share. **A line that was written has happened**: it is handed to the system
 * in one write, at once, so a kill cannot take it back, and O_APPEND gives all processes one order.
 */
export class SoakLog {
  readonly #by: string
  readonly #descriptor: number

  constructor(file: string, by: string) {
    this.#by = by
    this.#descriptor = openSync(file, 'a')
  }

  run(executionId: string, event: RunEvent): void {
    this.#write({ executionId, ...event })
  }

  fleet(event: FleetEvent): void {
    this.#write(event)
  }

  close(): void {
    closeSync(this.#descriptor)
  }

  #write(event: object): void {
    writeSync(this.#descriptor, `${JSON.stringify({ at: Date.now(), by: this.#by, ...event })}\n`)
  }
}
