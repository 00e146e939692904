import { parseArgs } from 'node:util'
import { type Brake, brakes } from './sabotage/brake.js'
import { type StoreName, storeNames } from './stores/soak-stores.js'

export interface CliOptions {
  readonly minutes: number
  readonly store: StoreName
  readonly seed: number
  /** What is taken away to see that the checker notices; undefined: nothing. */
  readonly without: Brake | undefined
  readonly help: boolean
}

/** The command line makes no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const helpText = `Kills, freezes and damages a fleet of workers for some minutes, then counts what went wrong.

Usage: npm run soak [-- options]

  --minutes <n>      how long the load lasts, from 0.1 to 600 (default: 1); settling comes on top
  --store <name>     where the runs are kept: ${storeNames.join(', ')} (default: ${storeNames[0]})
  --seed <n>         plan the same runs and disturbances as an earlier soak
  --without <brake>  take a brake away to see what it is for: ${brakes.join(', ')}
  --help             show this

Exit codes: 0 every column is 0, 1 one is not, 2 the command line makes no sense, 130 stopped by Ctrl-C.`

/** Throws `UsageError`. */
export function parseCliOptions(args: readonly string[]): CliOptions {
  const { minutes, store, seed, without, help } = parse(args)
  return {
    minutes: minutesFrom(minutes),
    store: oneOf('--store', store, storeNames),
    seed: seed === undefined ? Math.floor(Math.random() * 1_000_000) : seedFrom(seed),
    without: without === undefined ? undefined : oneOf('--without', without, brakes),
    help,
  }
}

function parse(args: readonly string[]) {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: {
        minutes: { type: 'string', default: '1' },
        store: { type: 'string', default: 'sqlite' },
        seed: { type: 'string' },
        without: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
    return values
  } catch (error) {
    const [sentence = ''] = String(error instanceof Error ? error.message : error).split('. ')
    throw new UsageError(sentence)
  }
}

function minutesFrom(text: string): number {
  const minutes = Number(text)
  if (/^\d+(\.\d+)?$/.test(text) && minutes >= 0.1 && minutes <= 600) return minutes
  throw new UsageError(`--minutes takes a number from 0.1 to 600, not '${text}'`)
}

function seedFrom(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text)
  throw new UsageError(`--seed takes a whole number below 1000000000, not '${text}'`)
}

function oneOf<Word extends string>(option: string, text: string, words: readonly Word[]): Word {
  const found = words.find((word) => word === text)
  if (found !== undefined) return found
  throw new UsageError(`${option} takes one of ${words.join(', ')}, not '${text}'`)
}
