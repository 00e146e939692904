import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import type { Job } from '../job.js'
import { headline } from '../job.js'
import { readLedger } from '../payments/ledger.js'
import type { Interruption } from '../processes/interruption.js'
import { countRetries, readOutcomes } from '../read-outcomes.js'
import { summarize } from '../report/summarize.js'
import { summaryTable } from '../report/summary-table.js'
import type { RunFolder } from '../run-folder.js'
import { runFolder, stateFolder } from '../run-folder.js'
import { countDamage } from './damage.js'
import type { Kill } from './supervise-worker.js'
import { superviseWorker } from './supervise-worker.js'
import { objections } from './verdict.js'

/**
 * Processes the file from its start while the worker process is killed again and again, then counts what was
 * lost or doubled. Answers the exit code.
 */
export async function crashRun(job: Job, interruption: Interruption): Promise<number> {
  const folder = runFolder(mkdtempSync(path.join(stateFolder(process.cwd()), 'crash-')))
  writeFileSync(folder.orders, job.contents)
  console.log(headline(job))
  console.log('The worker process will be killed on the way.')

  const startedAt = Date.now()
  const { kills, problem } = await superviseWorker(job, folder, interruption.signal)
  if (interruption.signal.aborted) {
    rmSync(folder.path, { recursive: true })
    console.log('Stopped. A crash run always starts over.')
    return interruption.exitCode
  }
  if (problem !== undefined) console.error(`quickstart: ${problem}`)
  const isGood = (await report(job, folder, kills, Date.now() - startedAt)) && problem === undefined
  if (isGood) rmSync(folder.path, { recursive: true })
  return isGood ? 0 : 1
}

/** Prints the table and, last of all, the count. Answers whether the run is proof. */
async function report(
  job: Job,
  folder: RunFolder,
  kills: readonly Kill[],
  elapsedMs: number,
): Promise<boolean> {
  const outcomes = await readOutcomes(folder)
  const ledger = readLedger(folder.ledger)
  const { lost, doubled, paidInVain, repeats } = countDamage(job.orders, outcomes, ledger)
  const hits = kills.filter((kill) => kill.hit > 0).length
  const charges = ledger.filter((entry) => entry.kind === 'charge').length
  const evidence = { isShipped: job.isShipped, lostCount: lost.length, doubledCount: doubled.length, hits }
  const against = objections(evidence)

  console.log(
    summaryTable({
      ...summarize(job, outcomes, await countRetries(folder), elapsedMs),
      extraRows: [
        ['Kills', `${kills.length}, ${hits} of them hit unfinished orders`],
        ['Charges', charges],
        ['Paid, not shipped', paidInVain.length],
      ],
    }),
  )
  list('Lost', lost)
  list('Doubled', doubled)
  list('Paid, not shipped', paidInVain)
  for (const objection of against) console.log(objection)
  console.log(
    `${lost.length} lost, ${doubled.length} doubled, ${repeats} repeats absorbed by idempotency key`,
  )
  return against.length === 0
}

function list(title: string, orderIds: readonly string[]): void {
  if (orderIds.length === 0) return
  const shown = orderIds.slice(0, 10).join(', ')
  console.log(`${title}: ${shown}${orderIds.length > 10 ? ` and ${orderIds.length - 10} more` : ''}`)
}
