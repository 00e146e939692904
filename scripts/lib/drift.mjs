import fs from 'node:fs'
import path from 'node:path'
import { migrations } from '../generators/migrations.mjs'
import { publicNames } from '../generators/public-names.mjs'

/**
 * A generator answers with the files that it makes, by path relative to the checkout.
 * @typedef {{ name: string, files(root: string): Map<string, string> }} Generator
 */

/** @type {readonly Generator[]} */
const generators = [migrations, publicNames]

/**
 * The files that are not what their generator makes of the sources, with the text that they should have.
 * @param {string} root
 */
export function drift(root) {
  return generators.flatMap(({ name, files }) =>
    [...files(root)]
      .filter(([file, text]) => read(path.join(root, file)) !== text)
      .map(([file, text]) => ({ generator: name, file, text })),
  )
}

/** @param {string} file */
function read(file) {
  return fs.existsSync(file) ? fs.readFileSync(file, 'utf8') : undefined
}
