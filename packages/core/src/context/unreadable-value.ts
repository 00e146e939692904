import { errorParts, isError } from '../error-parts.js'
import { isDurableError } from '../errors.js'

/**
 * A recorded value that its codec refuses. Not an error of the workflow, and not an `Error`: user code never sees it. The
 * pass that meets it is dropped and the run is blocked until there is a process that can read the value.
 */
export class UnreadableValue {
  readonly message: string

  constructor(params: {
    readonly field: string
    readonly format: string
    readonly codecName: string
    readonly cause: unknown
  }) {
    const { field, format, codecName, cause } = params
    // What the codec says may quote the value: its name and code must do.
    this.message =
      `The ${field} cannot be read: the codec "${codecName}" refused a value of the format "${format}" with ` +
      `${nameOf(cause)}. Run a worker that has the codec and the key that wrote it; it tries the run again when it starts.`
  }
}

function nameOf(cause: unknown): string {
  if (isDurableError(cause)) return cause.code
  return isError(cause) ? errorParts(cause).name : typeof cause
}

/** Asked of whatever was thrown, which may be something that cannot even be asked for its class. */
export function isUnreadable(thrown: unknown): thrown is UnreadableValue {
  try {
    return thrown instanceof UnreadableValue
  } catch {
    return false
  }
}
