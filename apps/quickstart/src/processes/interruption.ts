export interface Interruption {
  /** Aborts at the first Ctrl-C, or when the process is asked to end in another way. */
  readonly signal: AbortSignal
  /** What a shell expects of a program that a signal has ended. */
  readonly exitCode: number
}

const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

/** npm and others hand a signal on that the terminal had sent us already: that is not the second Ctrl-C. */
const echoMs = 500

/** Listens for Ctrl-C. The first one asks for a graceful end, a second one ends the process at once. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController()
  let exitCode = 0
  let firstAt = 0
  for (const [signal, code] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      if (exitCode === 0) {
        exitCode = code
        firstAt = Date.now()
        controller.abort(new Error(`stopped by ${signal}`))
      } else if (Date.now() - firstAt > echoMs) {
        process.exit(exitCode)
      }
    })
  }
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode
    },
  }
}
