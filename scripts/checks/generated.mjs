import { drift } from '../lib/drift.mjs'

/** Generated files are what `npm run generate` makes of the sources. @type {import('../lib/check.mjs').Check} */
export const generated = {
  name: 'generated files',
  async run(root) {
    return drift(root).map(
      ({ generator, file }) => `${file} is out of date (${generator}): run npm run generate`,
    )
  },
}
