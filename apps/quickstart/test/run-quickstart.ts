import type { ChildProcess } from 'node:child_process'
import { spawn } from 'node:child_process'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'

const main = fileURLToPath(new URL('../src/main.ts', import.meta.url))
const tsx = pathToFileURL(createRequire(import.meta.url).resolve('tsx')).href

export interface QuickstartOptions {
  /** Where it is started, and so where it keeps its state. */
  readonly directory: string
  readonly env?: Readonly<Record<string, string>>
  /** Called with all that was printed so far, each time there is more. */
  readonly onOutput?: (output: string, child: ChildProcess) => void
}

export interface QuickstartEnd {
  readonly exitCode: number | null
  readonly stdout: string
  readonly stderr: string
  readonly lastLine: string
}

/** Runs the program from its sources, in a process of its own, to its end. */
export async function runQuickstart(
  args: readonly string[],
  options: QuickstartOptions,
): Promise<QuickstartEnd> {
  const child = spawn(process.execPath, ['--import', tsx, '--conditions=perdure-source', main, ...args], {
    cwd: options.directory,
    env: { ...process.env, NO_COLOR: '1', ...options.env },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let stdout = ''
  let stderr = ''
  child.stdout.on('data', (chunk) => {
    stdout += chunk
    options.onOutput?.(stdout, child)
  })
  child.stderr.on('data', (chunk) => {
    stderr += chunk
  })
  const exitCode = await new Promise<number | null>((resolve, reject) => {
    child.on('error', reject)
    child.on('close', resolve)
  })
  return { exitCode, stdout, stderr, lastLine: stdout.trimEnd().split('\n').at(-1) ?? '' }
}
