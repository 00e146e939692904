import { toolProblems } from '../lib/check.mjs'

/** Layout and order of imports. `npm run format` mends both. @type {import('../lib/check.mjs').Check} */
export const format = {
  name: 'format',
  run: (root) =>
    toolProblems(
      root,
      ['@biomejs/biome', 'biome'],
      ['check', '--linter-enabled=false', '--reporter=concise', '--max-diagnostics=100', '.'],
    ),
}
