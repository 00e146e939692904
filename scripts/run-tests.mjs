/*
 * `npm test`: every check and every test, in blocks with their minutes; one closing line for all. With
 * arguments, only vitest runs (nothing is built) and gets them: a part of a file name, `--project core`, `-t "a name"`.
 *
 * `npm run test:full`: the same with more random programs and a longer soak, held to no time.
 */
import { close } from './lib/counts.mjs'
import { environment } from './lib/environment.mjs'
import { repository } from './lib/repository.mjs'
import { runBlocks } from './lib/run-blocks.mjs'
import { runVitest } from './lib/run-vitest.mjs'
import { fullTestBlocks, testBlocks } from './lib/test-blocks.mjs'

const args = process.argv.slice(2)
const isFull = args[0] === '--full'
if (args.length > 0 && !isFull) close(await runVitest(repository, args))

if (isFull) environment['PERDURE_RUNS'] ??= '2000'
// The installation before this program began belongs to the first block.
const startedAt = Number(process.env['PERDURE_TEST_STARTED_AT'] ?? Date.now())
const blocks = isFull ? fullTestBlocks : testBlocks
close(await runBlocks(repository, blocks, { startedAt, isHeldToMinutes: !isFull }))
