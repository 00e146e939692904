import fs from 'node:fs'
import path from 'node:path'
import { filesBelow } from './repository.mjs'

/**
 * A piece of TypeScript that a reader may copy.
 * @typedef {object} Example
 * @property {string} file where it stands, relative to the checkout
 * @property {number} line the line of its first line of code
 * @property {string} code
 * @property {boolean} run it is a whole program that ends by itself
 * @property {boolean} checked it must compile
 * @property {boolean} excused an unchecked one says why
 */

/**
 * Every `ts` block of the documentation and of the `@example`s in the packages.
 * @param {string} root
 * @returns {Example[]}
 */
export function findExamples(root) {
  const documents = filesBelow(root).filter((file) =>
    /^([\w-]+|docs\/.+|(packages|apps)\/[\w-]+\/README)\.md$/.test(file),
  )
  const sources = filesBelow(root, 'packages').filter((file) => /\/src\/.*(?<!\.test)\.ts$/.test(file))
  return [
    ...documents.flatMap((file) => blocksIn(file, lines(root, file))),
    ...sources.flatMap((file) => blocksIn(file, exampleLines(lines(root, file)))),
  ]
}

/**
 * @param {string} root
 * @param {string} file
 */
function lines(root, file) {
  return fs.readFileSync(path.join(root, file), 'utf8').split('\n')
}

/**
 * Keeps the text of `@example`s, without the stars, and empties every other line: line numbers stay.
 * @param {readonly string[]} source
 */
function exampleLines(source) {
  let inside = false
  return source.map((line) => {
    const comment = /^\s*\* ?(.*)$/.exec(line)?.[1]
    if (comment === undefined || comment.startsWith('/')) inside = false
    else if (/^@example/.test(comment)) inside = true
    else if (/^@\w/.test(comment)) inside = false
    return inside && comment !== undefined ? comment : ''
  })
}

/**
 * @param {string} file
 * @param {readonly string[]} text
 * @returns {Example[]}
 */
function blocksIn(file, text) {
  const examples = []
  for (let start = 0; start < text.length; start += 1) {
    const words = /^\s*```(?:ts|typescript)\b(.*)$/.exec(text[start] ?? '')?.[1]
    if (words === undefined) continue
    const end = text.findIndex((line, index) => index > start && /^\s*```\s*$/.test(line))
    if (end === -1) break
    const after = text.slice(end + 1).find((line) => line.trim() !== '')
    examples.push({
      file,
      line: start + 2,
      code: text.slice(start + 1, end).join('\n'),
      run: /\brun\b/.test(words),
      checked: !/\bno-check\b/.test(words),
      excused: /^\s*<!--\s*\S+/.test(after ?? ''),
    })
    start = end
  }
  return examples
}
