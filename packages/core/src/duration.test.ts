import { describe, expect, it } from 'vitest'
import { type Duration, maxWaitMs, toMs } from './duration.js'
import { seededRandom } from './random.js'

describe('toMs', () => {
  it.each<[Duration, number]>([
    [0, 0],
    [1500, 1500],
    ['500ms', 500],
    ['30s', 30_000],
    ['15m', 900_000],
    ['1h', 3_600_000],
    ['7d', 604_800_000],
    ['2w', 1_209_600_000],
    ['0s', 0],
    [{ days: 1, hours: 2, minutes: 3, seconds: 4, milliseconds: 5 }, 93_784_005],
    [{ weeks: 1 }, 604_800_000],
    [maxWaitMs, maxWaitMs],
  ])('reads %o as %i ms', (duration, ms) => {
    expect(toMs(duration, 'timeout')).toBe(ms)
  })

  it.each<[Duration, number]>([
    [0.2, 1],
    ['1.0001s', 1_001],
    ['0.5s', 500],
    [{ seconds: 1.5 }, 1_500],
  ])('rounds %o up to %i whole ms', (duration, ms) => {
    expect(toMs(duration, 'timeout')).toBe(ms)
  })

  it('does not round up what only floating point has added', () => {
    expect(toMs('1.1h', 'timeout')).toBe(3_960_000)
    expect(toMs({ hours: 1.1 }, 'timeout')).toBe(3_960_000)
  })

  it('gives 0 and not -0', () => {
    expect(Object.is(toMs(-0, 'timeout'), 0)).toBe(true)
  })

  it.each([
    [Number.NaN, 'NaN'],
    [-1, '-1'],
    [Number.POSITIVE_INFINITY, 'Infinity'],
    [maxWaitMs + 1, '31622400001'],
    ['1y', '"1y"'],
    ['', '""'],
    ['30', '"30"'],
    ['-5s', '"-5s"'],
    ['30 s', '"30 s"'],
    ['1e3s', '"1e3s"'],
    ['1h30m', '"1h30m"'],
    [null, 'null'],
    [{}, 'Object {}'],
    [{ hours: undefined }, 'Object {hours}'],
    [[1], 'array of 1'],
    [new Date(0), 'Date 1970-01-01T00:00:00.000Z'],
  ])('refuses %o, naming field and value', (duration, shown) => {
    const refuse = () => toMs(duration as Duration, 'options.timeout')
    expect(refuse).toThrow(expect.objectContaining({ code: 'VALIDATION' }))
    expect(refuse).toThrow('options.timeout')
    expect(refuse).toThrow(shown)
  })

  it('names a part that is misspelled or not a number', () => {
    expect(() => toMs({ second: 1 } as Duration, 'timeout')).toThrow(/unknown part "second".*seconds/)
    expect(() => toMs({ seconds: '1' as unknown as number }, 'timeout')).toThrow(/timeout\.seconds must be/)
    expect(() => toMs({ seconds: -1, hours: 1 }, 'timeout')).toThrow(/timeout\.seconds must be/)
  })

  it('names the limits of the caller', () => {
    const refuse = () => toMs('1s', 'lease', { minMs: 5_000, maxMs: 60_000 })
    expect(refuse).toThrow('lease must be a duration from 5000 to 60000 ms (lease was "1s")')
  })

  it('reads the same time from number, text and object', () => {
    const seed = String(process.env['PERDURE_SEED'] ?? 'durations')
    const random = seededRandom(seed)
    for (let round = 0; round < 500; round += 1) {
      const seconds = Math.floor(random.next() * 1e6)
      const forms: Duration[] = [seconds * 1_000, `${seconds}s`, `${seconds * 1_000}ms`, { seconds }]
      const read = forms.map((form) => toMs(form, 'wait'))
      expect(new Set(read), `seed ${seed}, round ${round}`).toEqual(new Set([seconds * 1_000]))
    }
  })
})
