import path from 'node:path'
import { collect } from '../lib/process.mjs'
import { repository } from '../lib/repository.mjs'

/** Every package and app with its tests, and the scripts. @type {import('../lib/check.mjs').Check} */
export const types = {
  name: 'types',
  async run(root) {
    const program = path.join(repository, 'scripts/type-check.mjs')
    const { code, output } = await collect(process.execPath, [program, root])
    return code === 0 ? [] : [output.trim()]
  },
}
