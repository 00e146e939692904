import type { Logger } from '@perdure/core'

/**
 * Writes down what must not be logged: errors, that the journal does not fit the code, and warnings where nothing went
 * wrong.
 */
export function complainingLogger(complaints: string[], hasFaults: boolean): Logger {
  return {
    debug: () => {},
    info: () => {},
    warn: (message) => {
      const isHarmless = hasFaults ? !message.includes(unfitting) : message.includes(repeated)
      if (!isHarmless) complaints.push(`there was a warning: ${message}`)
    },
    error: (message) => void complaints.push(`an error was logged: ${message}`),
  }
}

const unfitting = 'without calling what the journal holds'
/** Loops and losers of a race call names again while others are open. */
const repeated = 'is called again while an earlier'
