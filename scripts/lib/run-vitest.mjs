import { spawn } from 'node:child_process'
import fs from 'node:fs'
import path from 'node:path'
import { environment } from './environment.mjs'
import { nodeTool } from './node-tool.mjs'
import { temporaryFolder } from './temporary-folder.mjs'

/**
 * Runs vitest in `root` and counts honestly. Its report does not show a file that could not be loaded, a
 * hook that failed or an unhandled rejection among the failed tests: each of those is counted here.
 * @param {string} root
 * @param {readonly string[]} args
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
export async function runVitest(root, args) {
  const reportFile = path.join(temporaryFolder('perdure-vitest-'), 'report.json')
  const exitCode = await vitest(root, [
    '--reporter=default',
    '--reporter=json',
    `--outputFile.json=${reportFile}`,
    ...args,
  ])
  const report = fs.existsSync(reportFile) ? JSON.parse(fs.readFileSync(reportFile, 'utf8')) : undefined

  const { counts, notes } = count(root, report, exitCode)
  for (const note of notes) console.log(`! ${note}`)
  return counts
}

/**
 * @param {string} root
 * @param {readonly string[]} args
 * @returns {Promise<number>}
 */
function vitest(root, args) {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [nodeTool('vitest', 'vitest'), 'run', ...args], {
      cwd: root,
      env: environment,
      stdio: 'inherit',
    })
    child.on('error', reject)
    child.on('exit', (code) => resolve(code ?? 1))
  })
}

/**
 * @typedef {{ name: string, status: string, message?: string, assertionResults: { status: string }[] }} FileReport
 *
 * @param {string} root
 * @param {{ testResults: FileReport[] } | undefined} report
 * @param {number} exitCode
 */
function count(root, report, exitCode) {
  const counts = { passed: 0, failed: 0, skipped: 0 }
  /** @type {string[]} */
  const notes = []
  const fail = (/** @type {string} */ why) => {
    counts.failed += 1
    notes.push(why)
  }

  for (const file of report?.testResults ?? []) {
    const failedBefore = counts.failed
    for (const { status } of file.assertionResults) {
      if (status === 'passed') counts.passed += 1
      else if (status === 'failed') counts.failed += 1
      else counts.skipped += 1
    }
    if (file.status === 'failed' && counts.failed === failedBefore) {
      fail(
        `${path.relative(root, file.name)}: failed outside its tests: ${file.message ?? ''}`.split('\n')[0] ??
          '',
      )
    }
  }
  if (report === undefined) fail('vitest wrote no report')
  else if (counts.passed + counts.failed === 0) fail('no test ran')
  if (exitCode !== 0 && counts.failed === 0) {
    fail(`vitest ended with code ${exitCode} although every test passed: an unhandled error, see above`)
  }
  return { counts, notes }
}
