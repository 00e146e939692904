import fs from 'node:fs'
import path from 'node:path'
import { filesBelow } from '../lib/repository.mjs'

const unwanted = [
  { pattern: /(?<![\w.@/-])\/(work|root|home|Users)\/[\w.-]+/, why: 'is a path on one machine' },
  {
    pattern: /\bregistry\.[\w-]+\.\w+|\b(deb|security)\.debian\.org|\bnpmmirror\.\w+/,
    why: 'is a host that packages are fetched from',
  },
  { pattern: /(?<![\w/])shared\//, why: 'is a folder outside this repository' },
  {
    pattern: /\b(capabilities|faults|DESIGN)\.md\b|\blambda-protocol\b/,
    why: 'is a document outside this repository',
  },
  { pattern: /\broadmap\b/i, why: 'speaks of plans; write what is' },
]

/** These define or test the words above. */
const exempt = new Set(['scripts/checks/text-hygiene.mjs', 'scripts/test/checks.test.ts'])

const binary = /\.(png|jpg|gif|ico|woff2?|node|db)$/

/** What would make no sense to a reader who has only this repository. @type {import('../lib/check.mjs').Check} */
export const textHygiene = {
  name: 'text hygiene',
  async run(root) {
    return filesBelow(root)
      .filter((file) => !binary.test(file) && !exempt.has(file))
      .flatMap((file) => problemsIn(file, fs.readFileSync(path.join(root, file), 'utf8')))
  },
}

/**
 * @param {string} file
 * @param {string} text
 */
function problemsIn(file, text) {
  return text.split('\n').flatMap((line, index) =>
    unwanted.flatMap(({ pattern, why }) => {
      const found = pattern.exec(line)
      return found === null ? [] : [`${file}:${index + 1}: ${found[0]} ${why}`]
    }),
  )
}
