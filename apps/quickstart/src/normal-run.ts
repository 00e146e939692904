import type { Job } from './job.js'
import { headline } from './job.js'
import { processOrders } from './process-orders.js'
import { takeFileLock } from './processes/file-lock.js'
import type { Interruption } from './processes/interruption.js'
import { startPaymentServer } from './processes/start-payment-server.js'
import { countRetries, readOutcomes } from './read-outcomes.js'
import { startProgress } from './report/progress.js'
import { finishedOrders, summarize } from './report/summarize.js'
import { summaryTable } from './report/summary-table.js'
import type { RunFolder } from './run-folder.js'
import { emptyRunFolder, folderOf, stateFolder } from './run-folder.js'

/** Processes the file, or goes on where an earlier run of it stopped. Answers the exit code. */
export async function normalRun(job: Job, interruption: Interruption): Promise<number> {
  const folder = folderOf(job.file, job.contents, stateFolder(process.cwd()))
  const lock = takeFileLock(folder.lock, 0)
  if (lock === undefined) {
    console.error(`quickstart: another process is at work on ${job.file}`)
    return 1
  }
  try {
    if (job.fresh) emptyRunFolder(folder)
    return await runOrResume(job, folder, interruption)
  } finally {
    lock.release()
  }
}

async function runOrResume(job: Job, folder: RunFolder, interruption: Interruption): Promise<number> {
  console.log(headline(job))
  const total = job.orders.length
  const before = await readOutcomes(folder)
  const finished = finishedOrders(job, before)
  if (finished.size === total) {
    console.log('An earlier run has finished them all, so there is nothing to do. --fresh starts over.')
    console.log(summaryTable(summarize(job, before, await countRetries(folder))))
    return 0
  }
  if (finished.size > 0) console.log(`Resuming: an earlier run has finished ${finished.size} of them.`)

  const startedAt = Date.now()
  await work(job, folder, finished, interruption)
  const elapsedMs = Date.now() - startedAt
  const after = await readOutcomes(folder)
  console.log(summaryTable(summarize(job, after, await countRetries(folder), elapsedMs)))
  const left = total - finishedOrders(job, after).size
  if (left === 0) return 0
  console.log(`Stopped with ${left} of ${total} orders left. Run it again to resume.`)
  return interruption.exitCode
}

/** Works until all orders are finished or somebody stops it. Adds to `finished` as it goes. */
async function work(
  job: Job,
  folder: RunFolder,
  finished: Set<string>,
  interruption: Interruption,
): Promise<void> {
  const payments = await startPaymentServer({ folder, seed: job.seed })
  const progress = startProgress({
    total: job.orders.length,
    alreadyFinished: finished.size,
    out: process.stdout,
  })
  try {
    await processOrders({
      orders: job.orders,
      folder,
      paymentsUrl: payments.url,
      onFinished: (orderId) => progress.update(finished.add(orderId).size),
      signal: AbortSignal.any([interruption.signal, payments.lost]),
    })
    payments.lost.throwIfAborted()
  } finally {
    progress.stop()
    await payments.stop()
  }
}
