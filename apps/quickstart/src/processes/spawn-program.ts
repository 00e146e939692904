import type { ChildProcess } from 'node:child_process'
import { fork } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'

export type ProgramName = 'payment-server' | 'worker'

/**
 * Starts another program of the quickstart as a child of this one. The channel between the two tells the
 * child when its parent is gone, whatever way it went.
 */
export function spawnProgram(name: ProgramName, args: readonly string[]): ChildProcess {
  // Programs lie side by side, as .ts in src and as .js in dist.
  const [, main = ''] = process.argv
  return fork(path.join(path.dirname(main), name + path.extname(main)), args)
}

/** Ends a child for good and waits until it is gone. */
export async function killProgram(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return
  const exited = once(child, 'exit')
  child.kill('SIGKILL')
  await exited
}
