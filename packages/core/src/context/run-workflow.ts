import type { Workflow } from '../workflow.js'
import { type ContextHost, createContext } from './context.js'
import { Pass, type PassOptions } from './pass.js'

/** The part of a workflow that a pass needs, whatever its types. */
export type RunnableWorkflow = Pick<Workflow<never, unknown, never, never>, 'name' | 'version'> & {
  run(ctx: never, input: never): Promise<unknown>
}

/**
 * Run a workflow over a journal: from its first line, answering from the journal, to its end or to where it has to
 * wait. The journal hears of everything; nothing is returned but the pass that listens to it.
 */
export function runWorkflow(workflow: RunnableWorkflow, options: PassOptions): Pass {
  const pass = new Pass(options)
  let received: unknown
  const host: ContextHost = {
    pass,
    input: () => received,
    logging: { logger: pass.userLogger, replay: 'none' },
  }
  const context = createContext(host, pass.root)
  pass.begin((input) => {
    received = input
    // The registry that found the workflow by its name stands for its types.
    return workflow.run(context as never, input as never)
  })
  return pass
}
