import { describe, expect, it } from 'vitest'
import { runFixture } from '../test/fixture-process.js'
import type { RejectionSetup } from '../test/fixtures/rejections.fixture.js'

// What Node.js does with a rejection that nobody handled is done to a whole process, by its own clock and flags.
const run = (setup: RejectionSetup, ...flags: string[]): ReturnType<typeof runFixture> =>
  runFixture('rejections', setup, flags)

const scenes = [
  ['derived', 'EXECUTION_CANCELLED', ['limit']],
  ['helper', 'handled late', ['failing']],
  ['timeout', 'went', ['approved']],
  ['body', 'done', ['careless', 'group']],
] as const

describe('a rejection of a run that nobody handled', () => {
  it.each(scenes)('(%s) is logged, and the run and the process go on', async (scene, ending, operations) => {
    const { code, said, errors } = await run({ scene })
    expect(said.filter((line) => !line.startsWith('log'))).toEqual([
      `ended ${ending}`,
      `ended ${ending}`,
      'alive, heard 0',
    ])
    const logged = said.filter((line) => line.includes('A promise of execution life-1 (trial) was rejected'))
    expect(logged.map((line) => Reflect.get(JSON.parse(line.slice(4)), 'operation'))).toEqual(operations)
    expect(errors).toBe('')
    expect(code).toBe(0)
  })

  it('is contained in what a cancel tells the listeners of signals, as is what they throw', async () => {
    const { code, said, errors } = await run({ scene: 'listeners' })
    expect([code, said.at(-1), errors]).toEqual([0, 'alive, heard 0', ''])
    const logged = said.filter((line) => line.includes('life-1 (trial)')).join('\n')
    expect(logged).toContain('A listener of ctx.signal of execution')
    expect(logged).toContain('A listener of the signal of step \\"told\\" of execution')
    expect(logged).toContain('A promise of execution')
  })

  it('is not seen by a listener of the application, which hears everything else once', async () => {
    const { code, said } = await run({ scene: 'derived', listens: 'counts', foreign: 'meanwhile' })
    expect(said.filter((line) => line.startsWith('application'))).toEqual([
      'application heard foreign',
      'application heard foreign',
    ])
    expect(said.at(-1)).toBe('alive, heard 2')
    expect(code).toBe(0)
  })

  it('is none of a listener that exits, as those of test frameworks and applications do', async () => {
    const contained = await run({ scene: 'helper', listens: 'exits' })
    expect([contained.code, contained.said.at(-1)]).toEqual([0, 'alive, heard 0'])
    const foreign = await run({ scene: 'helper', listens: 'exits', foreign: 'meanwhile' })
    expect([foreign.code, foreign.said.at(-1)]).toEqual([7, 'application heard foreign'])
  })

  it.each(['strict', 'throw', 'none'])('is contained with --unhandled-rejections=%s', async (mode) => {
    const { code, said, errors } = await run({ scene: 'helper' }, `--unhandled-rejections=${mode}`)
    expect([code, said.at(-1), errors]).toEqual([0, 'alive, heard 0', ''])
    expect(said.filter((line) => line.includes('life-1 (trial) was rejected'))).toHaveLength(1)
  })
})

describe('a rejection of no run', () => {
  it.each(['meanwhile', 'after'] as const)('ends the process with its own error (%s)', async (foreign) => {
    const { code, said, errors } = await run({ scene: 'timeout', foreign })
    expect(code).toBe(1)
    expect(said.at(-1)).toBe('ended went')
    expect(errors).toMatch(
      /Promise\.reject\(new Error\('foreign'\)\)[\s\S]*\n {4}at .*rejections\.fixture\.ts/,
    )
    expect(errors).toContain('Error: foreign')
  })

  it('is treated as each --unhandled-rejections mode says', async () => {
    const outcome = async (mode: string): Promise<unknown> => {
      const { code, errors } = await run(
        { scene: 'timeout', foreign: 'meanwhile' },
        `--unhandled-rejections=${mode}`,
      )
      return [code, errors.includes('UnhandledPromiseRejectionWarning: Error: foreign')]
    }
    expect(await outcome('strict')).toEqual([1, false])
    expect(await outcome('throw')).toEqual([1, false])
    expect(await outcome('warn')).toEqual([0, true])
    expect(await outcome('none')).toEqual([0, false])
    expect(await outcome('warn-with-error-code')).toEqual([0, true])
  })
})
