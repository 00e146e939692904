import { build } from '../checks/build.mjs'
import { sum } from './counts.mjs'

/**
 * Runs checks, prints one line for each and the problems of those that fail. What looks at built files runs
 * after the build.
 * @param {string} root
 * @param {readonly import('./check.mjs').Check[]} checks
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
export async function runChecks(root, checks) {
  const first = checks.includes(build) || checks.some(({ needsBuild }) => needsBuild) ? [build] : []
  const rest = checks.filter((check) => check !== build)
  return sum([await twoAtATime(root, first), await twoAtATime(root, rest)])
}

/**
 * @param {string} root
 * @param {readonly import('./check.mjs').Check[]} checks
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
async function twoAtATime(root, checks) {
  const waiting = [...checks]
  let failed = 0
  const work = async () => {
    for (let check = waiting.shift(); check !== undefined; check = waiting.shift()) {
      const startedAt = performance.now()
      const problems = await problemsOf(root, check)
      const seconds = ((performance.now() - startedAt) / 1000).toFixed(1)
      console.log(`${problems.length === 0 ? '✓' : '✗'} check ${check.name} (${seconds} s)`)
      for (const problem of problems) console.log(problem.replaceAll(/^/gm, '    '))
      if (problems.length > 0) failed += 1
    }
  }
  await Promise.all([work(), work()])
  return { passed: checks.length - failed, failed, skipped: 0 }
}

/**
 * A check that breaks is a check that fails.
 * @param {string} root
 * @param {import('./check.mjs').Check} check
 */
async function problemsOf(root, check) {
  try {
    return await check.run(root)
  } catch (error) {
    return [error instanceof Error ? (error.stack ?? error.message) : String(error)]
  }
}
