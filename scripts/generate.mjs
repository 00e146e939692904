/*
 * Runs every generator. With `--check` nothing is written: what would change is named, exit code 1.
 */
import fs from 'node:fs'
import path from 'node:path'
import { drift } from './lib/drift.mjs'
import { repository } from './lib/repository.mjs'

const check = process.argv.includes('--check')
const drifted = drift(repository)

for (const { generator, file, text } of drifted) {
  console.log(check ? `${file} is out of date (${generator}): run npm run generate` : `wrote ${file}`)
  if (check) continue
  fs.mkdirSync(path.dirname(path.join(repository, file)), { recursive: true })
  fs.writeFileSync(path.join(repository, file), text)
}
process.exit(check && drifted.length > 0 ? 1 : 0)
