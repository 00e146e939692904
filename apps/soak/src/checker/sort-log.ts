import { createHash } from 'node:crypto'
import { appendFileSync, existsSync, statSync } from 'node:fs'
import path from 'node:path'
import { type FleetLine, isRunLine, type RunLine } from '../effects/log-line.js'
import { readLog } from '../effects/read-log.js'
import type { SoakFolder } from '../soak-folder.js'
import { Tally } from './tally.js'

/** A log taken apart. */
export interface SortedLog {
  readonly fleetLines: readonly FleetLine[]
  /** Executions whose row was broken. */
  readonly damagedIds: readonly string[]
  readonly tally: Tally
  /** All lines of some executions at a time. */
  shelves(): AsyncGenerator<ReadonlyMap<string, readonly RunLine[]>>
}

/** What is held in memory at a time. */
const shelfBytes = 8 * 1024 * 1024
const flushBytes = 256 * 1024

/**
 * Sorts the log by executions into files that each fit into memory, so that the memory of the checker does not grow with
 * the minutes. Lines of one execution keep their order.
 */
export async function sortLog({ log, sorted }: SoakFolder): Promise<SortedLog> {
  const shelfCount = Math.max(1, Math.ceil(statSync(log).size / shelfBytes))
  const files = Array.from({ length: shelfCount }, (_, shelf) => path.join(sorted, `${shelf}.ndjson`))
  const buffers = files.map(() => '')
  const flush = (shelf: number): void => {
    appendFileSync(files[shelf] ?? '', buffers[shelf] ?? '')
    buffers[shelf] = ''
  }
  const fleetLines: FleetLine[] = []
  const damagedIds: string[] = []
  const tally = new Tally()

  for await (const line of readLog(log)) {
    tally.add(line)
    if (!isRunLine(line)) {
      fleetLines.push(line)
      continue
    }
    if (line.kind === 'damaged') damagedIds.push(line.executionId)
    const shelf = shelfOf(line.executionId, shelfCount)
    buffers[shelf] += `${JSON.stringify(line)}\n`
    if ((buffers[shelf]?.length ?? 0) > flushBytes) flush(shelf)
  }
  for (const shelf of files.keys()) flush(shelf)
  return { fleetLines, damagedIds, tally, shelves: () => readShelves(files) }
}

function shelfOf(executionId: string, shelfCount: number): number {
  return createHash('sha256').update(executionId).digest().readUInt32BE(0) % shelfCount
}

async function* readShelves(
  files: readonly string[],
): AsyncGenerator<ReadonlyMap<string, readonly RunLine[]>> {
  for (const file of files.filter((each) => existsSync(each))) {
    const shelf = new Map<string, RunLine[]>()
    for await (const line of readLog(file)) {
      if (!isRunLine(line)) continue
      const lines = shelf.get(line.executionId)
      if (lines === undefined) shelf.set(line.executionId, [line])
      else lines.push(line)
    }
    yield shelf
  }
}
