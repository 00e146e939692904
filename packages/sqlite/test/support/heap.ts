import { settled } from './virtual-time.js'

/** What the heap holds, in bytes, once everything that nobody refers to is gone. */
export function heapNow(): number {
  if (globalThis.gc === undefined) throw new Error('run Node.js with --expose-gc')
  globalThis.gc()
  return process.memoryUsage().heapUsed
}

/** The same, when what is on its way has come to its end. */
export async function heapAtRest(): Promise<number> {
  for (let round = 0; round < 2; round += 1) {
    await settled()
    heapNow()
  }
  return heapNow()
}

export function inMb(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(1)} MB`
}
