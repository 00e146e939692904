import type { RunFolder } from '../run-folder.js'
import type { WorkerMessage } from './messages.js'
import { spawnProgram } from './spawn-program.js'

/** How a worker process ended: its work was done, it was killed by us, or neither. */
export type WorkerEnd = 'done' | 'killed' | 'broken'

export interface WorkerProcess {
  readonly ended: Promise<WorkerEnd>
  /** SIGKILL: nothing in the process can catch it, delay it or clean up. */
  kill(): void
}

export interface WorkerSettings {
  readonly folder: RunFolder
  readonly paymentsUrl: string
  readonly onFinished: (orderId: string) => void
}

/** Starts a process that works through the orders in the folder, and ends when all are finished. */
export function startWorker(settings: WorkerSettings): WorkerProcess {
  const { folder, paymentsUrl, onFinished } = settings
  const child = spawnProgram('worker', [folder.path, paymentsUrl])
  let killed = false
  child.on('message', (message: WorkerMessage) => onFinished(message.orderId))
  return {
    ended: new Promise((resolve) => {
      // Not 'close': the messages of a process that is gone are still read, and do no harm.
      child.on('exit', (code) => resolve(code === 0 ? 'done' : killed ? 'killed' : 'broken'))
    }),
    kill: () => {
      killed = child.kill('SIGKILL')
    },
  }
}
