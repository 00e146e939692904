import { toolProblems } from '../lib/check.mjs'

/** Files, exports and dependencies that nobody uses. @type {import('../lib/check.mjs').Check} */
export const deadCode = {
  name: 'dead code',
  run: (root) => toolProblems(root, ['knip', 'knip'], ['--no-progress', '--no-config-hints']),
}
