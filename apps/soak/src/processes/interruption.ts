const exitCodes = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const

export interface Interruption {
  /** Aborts when this process is asked to end. */
  readonly signal: AbortSignal
  readonly exitCode: number
}

/** Listens for Ctrl-C and its like, so that no process is left behind. */
export function listenForInterruption(): Interruption {
  const controller = new AbortController()
  let exitCode = 0
  for (const [signal, code] of Object.entries(exitCodes)) {
    process.on(signal, () => {
      exitCode ||= code
      controller.abort(new Error(`stopped by ${signal}`))
    })
  }
  return {
    signal: controller.signal,
    get exitCode() {
      return exitCode
    },
  }
}
