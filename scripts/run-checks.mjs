/*
 * `npm run check`: every check, or those whose names contain one of the words given.
 */
import { allChecks } from './lib/all-checks.mjs'
import { close } from './lib/counts.mjs'
import { repository } from './lib/repository.mjs'
import { runChecks } from './lib/run-checks.mjs'

const words = process.argv.slice(2)
const chosen = allChecks.filter(({ name }) => words.length === 0 || words.some((word) => name.includes(word)))
if (chosen.length === 0) {
  console.error(`No such check. There are: ${allChecks.map(({ name }) => name).join(', ')}`)
  process.exit(2)
}
close(await runChecks(repository, chosen))
