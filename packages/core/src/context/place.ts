import type { Logger } from '../logger.js'
import type { OperationPath } from '../operation-id.js'

/** The run that code belongs to, as far as a message about it needs to know. */
export interface PlaceRun {
  readonly workflow: string
  readonly executionId: string
  readonly runNo: number
  readonly logger: Logger
}

/**
 * Where in which run code is: in the root context, in a child context, or in the body of a step.
 *
 * An async context is kept by every socket and timer that was made in it, for as long as that lives. **So a place leads
 * to nothing that is large**: not to the pass, nor to what the workflow holds.
 */
export class Place {
  readonly run: PlaceRun
  readonly path: OperationPath
  /** The context around a child context; for a body, the context that it was called in. */
  readonly parent: Place | null
  /** The name of the step whose body this is. */
  readonly step: string | undefined
  /** False once the context has ended. */
  isOpen = true

  constructor(run: PlaceRun, path: OperationPath, parent: Place | null = null, step?: string) {
    this.run = run
    this.path = path
    this.parent = parent
    this.step = step
  }

  /** The body of a step that is called in this context. */
  inStep(name: string, path: OperationPath): Place {
    return new Place(this.run, path, this, name)
  }

  /** A child context of this one. */
  inContext(path: OperationPath): Place {
    return new Place(this.run, path, this)
  }
}
