import type { SoakLog } from '../effects/soak-log.js'

const everyMs = 100
/** What is shorter is part of the margin of every bound. */
const stallMs = 500

/** Logs when the machine gave this process, which does next to nothing, no time. Returns how to stop. */
export function watchStalls(log: SoakLog): () => void {
  let expectedAt = performance.now() + everyMs
  const timer = setInterval(() => {
    const lateMs = performance.now() - expectedAt
    if (lateMs > stallMs) log.fleet({ kind: 'stalled', forMs: Math.round(lateMs) })
    expectedAt = performance.now() + everyMs
  }, everyMs)
  return () => clearInterval(timer)
}
