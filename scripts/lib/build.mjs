import { pnpmCommand } from './pnpm.mjs'

/**
 * The command line that builds what changed. Turbo finds the package manager on PATH, which is why it is
 * run through it.
 * @param {readonly string[]} turboArguments
 * @returns {Promise<[command: string, ...args: string[]]>}
 */
export async function buildCommand(...turboArguments) {
  const turbo = ['exec', 'turbo', 'run', 'build', '--output-logs=errors-only', ...turboArguments]
  return [...(await pnpmCommand()), ...turbo]
}
