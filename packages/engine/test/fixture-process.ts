import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** What a process said, and how it ended. */
export interface FixtureEnd {
  readonly code: number | null
  readonly said: readonly string[]
  readonly errors: string
}

/** Runs `fixtures/<name>.fixture.ts` on the sources of all packages, to its end. */
export async function runFixture(
  name: string,
  setup: unknown,
  flags: readonly string[] = [],
): Promise<FixtureEnd> {
  const file = fileURLToPath(new URL(`./fixtures/${name}.fixture.ts`, import.meta.url))
  const args = ['--import', 'tsx', '--conditions=perdure-source', ...flags, file, JSON.stringify(setup)]
  const child = spawn(process.execPath, args, {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  const said: Buffer[] = []
  const errors: Buffer[] = []
  child.stdout.on('data', (data: Buffer) => said.push(data))
  child.stderr.on('data', (data: Buffer) => errors.push(data))
  // What a child process is closed with: a code and a signal.
  const [code] = (await once(child, 'close')) as [number | null]
  const lines = Buffer.concat(said).toString().split('\n')
  return { code, said: lines.filter((line) => line !== ''), errors: Buffer.concat(errors).toString() }
}
