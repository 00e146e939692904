import { isDurableError } from '@perdure/core'
import type { DriverWrite } from './context-driver.js'
import type { ContextTrial } from './context-trial.js'

/** No execution of the suite makes more writes than this. */
const maxWrites = 200

/**
 * Runs a scenario once for each write that it makes, each time in a place of its own and with that write disturbed,
 * until it makes no further write.
 */
export async function atEveryWrite(
  t: ContextTrial,
  when: DriverWrite['when'],
  scenario: (trial: ContextTrial, disturb: (write: DriverWrite) => boolean) => Promise<void>,
): Promise<void> {
  for (let writeNo = 1; writeNo <= maxWrites; writeNo += 1) {
    let isReached = false
    const disturb = (write: DriverWrite): boolean => {
      if (isReached || write.writeNo !== writeNo || write.when !== when) return false
      isReached = true
      return true
    }
    try {
      await scenario(await t.another(), disturb)
    } catch (error) {
      if (isDurableError(error, 'UNSUPPORTED_OPERATION')) throw error
      throw new Error(`With write ${writeNo} disturbed ${when} it was made: ${String(error)}`, {
        cause: error,
      })
    }
    if (!isReached) return
  }
  throw new Error(`The scenario makes more than ${maxWrites} writes`)
}
