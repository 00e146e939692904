import { createReadStream } from 'node:fs'
import { createInterface } from 'node:readline'
import type { LogLine } from './log-line.js'

/** The lines of a log, one at a time. One that a kill cut short is left out: nobody was told of it. */
export async function* readLog(file: string): AsyncGenerator<LogLine> {
  const texts = createInterface({ input: createReadStream(file), crlfDelay: Number.POSITIVE_INFINITY })
  for await (const text of texts) {
    const line = parse(text)
    if (line !== undefined) yield line
  }
}

function parse(text: string): LogLine | undefined {
  try {
    // Written by SoakLog alone.
    return JSON.parse(text) as LogLine
  } catch {
    return undefined
  }
}
