/*
 * `npm test`: every check and every test, one closing line for all. With arguments, only vitest runs
 * (nothing is built) and gets them: a part of a file name, `--project core`, `-t "a name"`.
 */
import { allChecks } from './lib/all-checks.mjs'
import { close, sum } from './lib/counts.mjs'
import { repository } from './lib/repository.mjs'
import { runChecks } from './lib/run-checks.mjs'
import { runVitest } from './lib/run-vitest.mjs'

const args = process.argv.slice(2)
const counts = []
if (args.length === 0) counts.push(await runChecks(repository, allChecks))
counts.push(await runVitest(repository, args))
close(sum(counts))
