import type { RunState } from '../records.js'
import type { RunTarget } from '../store.js'

/** True if a request or a message with this target means the newest run; without one it means whichever that is. */
export function isMeant(newest: RunState, target: RunTarget | undefined): boolean {
  if (target === undefined) return true
  return 'runNo' in target ? target.runNo === newest.runNo : target.lifeNo === newest.lifeNo
}
