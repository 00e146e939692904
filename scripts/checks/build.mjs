import { buildCommand } from '../lib/build.mjs'
import { withLock } from '../lib/file-lock.mjs'
import { collect } from '../lib/process.mjs'

/** Everything builds, declarations included. @type {import('../lib/check.mjs').Check} */
export const build = {
  name: 'build',
  async run(root) {
    const [command, ...args] = await buildCommand()
    const { code, output } = await withLock('install', () => collect(command, args, { cwd: root }))
    return code === 0 ? [] : [output.trim()]
  },
}
