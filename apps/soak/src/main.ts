import { checkSoak } from './checker/check-soak.js'
import type { Findings } from './checker/findings.js'
import { type CliOptions, helpText, parseCliOptions, UsageError } from './cli-options.js'
import { listenForInterruption } from './processes/interruption.js'
import { report } from './report/report.js'
import { soak } from './soak.js'
import { makeSoakFolder, removeSoakFolder, type SoakFolder } from './soak-folder.js'
import { openSoakStore } from './stores/soak-stores.js'

try {
  process.exitCode = await main(process.argv.slice(2))
} catch (error) {
  if (!(error instanceof UsageError)) throw error
  console.error(`soak: ${error.message}\nSee npm run soak -- --help`)
  process.exitCode = 2
}

async function main(args: readonly string[]): Promise<number> {
  const options = parseCliOptions(args)
  if (options.help) {
    console.log(helpText)
    return 0
  }
  const interruption = listenForInterruption()
  const folder = makeSoakFolder()
  console.log(
    `Soaking for ${options.minutes} minutes on ${options.store}, seed ${options.seed}, in ${folder.path}`,
  )
  try {
    await soak({ ...options, durationMs: options.minutes * 60_000 }, folder, interruption.signal)
  } catch (error) {
    if (!interruption.signal.aborted) throw error
    console.log(`Interrupted; what there is lies in ${folder.path}`)
    return interruption.exitCode
  }
  const findings = await check(options, folder)
  console.log(report(findings))
  console.log(`Repeat it: npm run soak -- ${repetition(options)}`)
  if (findings.isClean) removeSoakFolder(folder)
  else console.log(`The evidence is kept in ${folder.path}`)
  return findings.isClean ? 0 : 1
}

async function check({ store }: CliOptions, folder: SoakFolder): Promise<Findings> {
  const opened = openSoakStore(store, folder.path).open()
  try {
    await opened.open()
    return await checkSoak(folder, opened)
  } finally {
    await opened.close()
  }
}

function repetition({ minutes, store, seed, without }: CliOptions): string {
  return `--minutes ${minutes} --store ${store} --seed ${seed}${without === undefined ? '' : ` --without ${without}`}`
}
