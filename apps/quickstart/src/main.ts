import { helpText, parseCliOptions, UsageError } from './cli-options.js'
import { crashRun } from './crash/crash-run.js'
import { readJob } from './job.js'
import { normalRun } from './normal-run.js'
import { listenForInterruption } from './processes/interruption.js'

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`quickstart: ${error.message}\nSee npm run quickstart -- --help`)
  process.exitCode = 2
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseCliOptions(args)
  if (options.help) {
    console.log(helpText)
    return 0
  }
  const interruption = listenForInterruption()
  const job = readJob(options)
  return await (options.crash ? crashRun(job, interruption) : normalRun(job, interruption))
}
