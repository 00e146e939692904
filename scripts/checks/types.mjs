import fs from 'node:fs'
import path from 'node:path'
import { toolProblems } from '../lib/check.mjs'
import { workspaceFolders } from '../lib/repository.mjs'

/** Every package and app with its tests, and the scripts. @type {import('../lib/check.mjs').Check} */
export const types = {
  name: 'types',
  async run(root) {
    const problems = []
    for (const folder of [...workspaceFolders(root), 'scripts']) {
      if (!fs.existsSync(path.join(root, folder, 'tsconfig.json'))) continue
      problems.push(...(await toolProblems(root, ['typescript', 'tsc'], ['--pretty', 'false', '-p', folder])))
    }
    return problems
  },
}
