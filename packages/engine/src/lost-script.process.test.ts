import { expect, it } from 'vitest'
import { runFixture } from '../test/fixture-process.js'
import type { LostScriptScene } from '../test/fixtures/lost-script.fixture.js'

const run = (scene: LostScriptScene): ReturnType<typeof runFixture> => runFixture('lost-script', { scene })

// How a script ends is seen from outside.
it.each([
  ['terminated', 'EXECUTION_TERMINATED', 'ExecutionTerminatedError'],
  ['taken', 'LEASE_LOST', 'LeaseLostError'],
  ['store', 'LEASE_LOST', 'LeaseLostError'],
] as const)(
  'a script whose execution is lost (%s) hears of it where it waits, and fails',
  async (scene, code, name) => {
    const { code: exitCode, said, errors } = await run(scene)
    expect(said).toEqual(['lost after 5 steps', `caught ${code}`, `later ${code}`])
    expect(errors).toContain(name)
    expect(exitCode).toBe(1)
  },
)

it('a script that is not disturbed ends well', async () => {
  expect(await run('whole')).toMatchObject({ code: 0, said: ['done'], errors: '' })
})
