import type { Job } from '../job.js'
import { startPaymentServer } from '../processes/start-payment-server.js'
import type { WorkerProcess } from '../processes/start-worker.js'
import { startWorker } from '../processes/start-worker.js'
import { readOutcomes } from '../read-outcomes.js'
import { startProgress } from '../report/progress.js'
import { begunOrders, finishedOrders } from '../report/summarize.js'
import type { RunFolder } from '../run-folder.js'
import { killPlan } from './kill-plan.js'
import { watchForStall } from './stall.js'

/** What a kill did, read from the database while no worker was alive to change it. */
export interface Kill {
  readonly finished: number
  /** Orders that were in the middle: taken up and not finished. */
  readonly hit: number
}

export interface Supervision {
  readonly kills: readonly Kill[]
  /** Why the worker did not come to its end; undefined if it did. */
  readonly problem: string | undefined
}

/** Runs the worker process, kills it where the plan says so, and starts it again until it comes to its end. */
export async function superviseWorker(
  job: Job,
  folder: RunFolder,
  interrupted: AbortSignal,
): Promise<Supervision> {
  const total = job.orders.length
  const plan = [...killPlan(total, job.seed)]
  const kills: Kill[] = []
  const finished = new Set<string>()
  let worker: WorkerProcess | undefined

  const payments = await startPaymentServer({
    folder,
    seed: job.seed,
    onCharged: (count) => {
      stall.postpone()
      const [moment] = plan
      if (worker === undefined || moment === undefined || count < moment) return
      plan.shift()
      // The money has just moved and the worker cannot know it yet: the worst moment there is.
      worker.kill()
      worker = undefined
    },
  })
  const stall = watchForStall()
  const progress = startProgress({ total, alreadyFinished: 0, out: process.stdout })
  const stop = AbortSignal.any([interrupted, payments.lost, stall.signal])
  stop.addEventListener('abort', () => worker?.kill())

  try {
    for (;;) {
      stop.throwIfAborted()
      worker = startWorker({
        folder,
        paymentsUrl: payments.url,
        onFinished: (orderId) => {
          stall.postpone()
          progress.update(finished.add(orderId).size)
        },
      })
      const end = await worker.ended
      stop.throwIfAborted()
      if (end === 'done') return { kills, problem: undefined }
      if (end === 'broken') throw new Error('the worker process ended by itself')

      const outcomes = await readOutcomes(folder)
      const kill = { finished: finishedOrders(job, outcomes).size, hit: begunOrders(job, outcomes).size }
      kills.push(kill)
      progress.note(
        `Killed the worker (${kills.length}): ${kill.finished} orders finished, ${kill.hit} in the middle.`,
      )
    }
  } catch (error) {
    return { kills, problem: error instanceof Error ? error.message : String(error) }
  } finally {
    stall.stop()
    progress.stop()
    await payments.stop()
  }
}
