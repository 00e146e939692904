import { nodeTool } from './node-tool.mjs'
import { collect } from './process.mjs'

/**
 * A check looks at the checkout in `root` and answers with what is wrong, one text per problem; an
 * empty list is a pass. Problems name the file.
 * @typedef {object} Check
 * @property {string} name
 * @property {boolean} [needsBuild] it looks at what was built
 * @property {(root: string) => Promise<readonly string[]>} run
 */

/**
 * A check that is a tool with an exit code: not zero means one problem, everything that it printed.
 * @param {string} root
 * @param {[packageName: string, command: string]} tool
 * @param {readonly string[]} args
 */
export async function toolProblems(root, [packageName, command], args) {
  const { code, output } = await collect(process.execPath, [nodeTool(packageName, command), ...args], {
    cwd: root,
  })
  return code === 0 ? [] : [output.trim() || `${command} exited with code ${code}`]
}
