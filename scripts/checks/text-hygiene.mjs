import fs from 'node:fs'
import path from 'node:path'
import { filesBelow } from '../lib/repository.mjs'

const unwanted = [
  { pattern: /(?<![\w.@/-])\/(work|root|home|Users)\/[\w.-]+/, why: 'is a path on one machine' },
  {
    pattern: /(?<![\w#&])(?!V8)[A-Z]\d{1,2}\b(?=[\s:,.;)]|$)/,
    why: 'looks like the number of an entry in notes that are not here; say what it says',
    kinds: /\.(md|ts|mjs|sql)$/,
  },
  { pattern: /\b(?:part|issue|row) #?\d+\b/i, why: 'counts notes that are not here; say what it says' },
]

const everything = /^/

/** These define or test the words above. */
const exempt = new Set(['scripts/checks/text-hygiene.mjs', 'scripts/test/checks.test.ts'])

/** Their relative paths start elsewhere: at each package, and in the workspace that the tests of the checks write. */
const relativeElsewhere = new Set(['pnpm-lock.yaml', 'scripts/test/sample-workspace.ts'])

const binary = /\.(png|jpg|gif|ico|woff2?|node|db)$/

/** What would make no sense to a reader who has only this repository. @type {import('../lib/check.mjs').Check} */
export const textHygiene = {
  name: 'text hygiene',
  async run(root) {
    const files = filesBelow(root)
    const documents = new Set(files.filter((file) => file.endsWith('.md')).map((file) => path.basename(file)))
    return files
      .filter((file) => !binary.test(file) && !exempt.has(file))
      .flatMap((file) => problemsIn(file, fs.readFileSync(path.join(root, file), 'utf8'), documents))
  },
}

/**
 * @param {string} file
 * @param {string} text
 * @param {ReadonlySet<string>} documents
 */
function problemsIn(file, text, documents) {
  return text.split('\n').flatMap((line, index) => {
    const words = unwanted.flatMap(({ pattern, why, kinds = everything }) => {
      const found = kinds.test(file) ? pattern.exec(line) : null
      return found === null ? [] : [`${found[0]} ${why}`]
    })
    const problems = [...words, ...strangers(line, documents), ...waysOut(file, line)]
    return problems.map((problem) => `${file}:${index + 1}: ${problem}`)
  })
}

/**
 * Documents that are mentioned and not here.
 * @param {string} line
 * @param {ReadonlySet<string>} documents
 */
function strangers(line, documents) {
  const mentioned = [...line.matchAll(/[\w-]+\.md\b/g)].map(([name]) => name)
  return mentioned
    .filter((name) => !documents.has(name))
    .map((name) => `${name} is no document of this repository`)
}

/**
 * Relative paths that lead out of the repository.
 * @param {string} file
 * @param {string} line
 */
function waysOut(file, line) {
  if (relativeElsewhere.has(file)) return []
  const paths = [...line.matchAll(/(?<![\w./-])(?:\.\.\/)+[\w-]+/g)].map(([found]) => found)
  return paths
    .filter((found) =>
      path.posix.normalize(path.posix.join(path.posix.dirname(file), found)).startsWith('../'),
    )
    .map((found) => `${found} leads out of this repository`)
}
