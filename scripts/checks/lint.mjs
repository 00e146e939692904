import { toolProblems } from '../lib/check.mjs'

/** What needs no types to be seen; the rules are in biome.json. @type {import('../lib/check.mjs').Check} */
export const lint = {
  name: 'lint',
  run: (root) =>
    toolProblems(
      root,
      ['@biomejs/biome', 'biome'],
      ['lint', '--error-on-warnings', '--reporter=concise', '--max-diagnostics=100', '.'],
    ),
}
