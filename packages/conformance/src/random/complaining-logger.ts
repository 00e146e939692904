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
      const isHarmless = hasFaults ? !message.includes(unfitting) : harmless.test(message)
      if (!isHarmless && !isMeant(message)) complaints.push(`there was a warning: ${message}`)
    },
    error: (message) => {
      if (!isMeant(message)) complaints.push(`an error was logged: ${message}`)
    },
  }
}

const unfitting = 'without calling what the journal holds'
/** Loops and losers of a race call names again while others are open; promises are left alone; code runs on after its end. */
const harmless =
  /is called again while an earlier|is waited for as|nothing in the workflow handles|used where it must not be/

/** Programs throw, on purpose: whether they do it alike is compared elsewhere. */
function isMeant(message: string): boolean {
  return (
    /^Attempt \d+ of step /.test(message) ||
    /^Execution .* (FAILED|TIMED_OUT)/.test(message) ||
    message.includes(' more line')
  )
}
