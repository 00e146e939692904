import { toolProblems } from '../lib/check.mjs'

/** What only the types can tell: above all a promise that nobody waits for. @type {import('../lib/check.mjs').Check} */
export const typedLint = {
  name: 'typed lint',
  run: (root) => toolProblems(root, ['eslint', 'eslint'], ['--max-warnings=0', '.']),
}
