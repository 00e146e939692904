import { parseArgs } from 'node:util'

export interface CliOptions {
  /** Undefined: the orders that ship with the quickstart. */
  readonly file: string | undefined
  readonly fresh: boolean
  readonly crash: boolean
  readonly seed: number
  readonly help: boolean
}

/** The command line makes no sense; the message says why. */
export class UsageError extends Error {
  override readonly name = 'UsageError'
}

export const helpText = `Processes a file of orders with one durable workflow per order.

Usage: npm run quickstart [-- [options] [file]]

  file        orders, one JSON object a line (default: the 500 that come with the quickstart)
  --fresh     forget what earlier runs of this file did, and start over
  --crash     start over, kill the worker process again and again, count what was lost or doubled
  --seed <n>  repeat the failures of an earlier run
  --help      show this

Ctrl-C stops; the same command goes on from there.`

/** Throws `UsageError`. */
export function parseCliOptions(args: readonly string[]): CliOptions {
  const { values, positionals } = parse(args)
  if (positionals.length > 1) throw new UsageError(`one file at a time, please: ${positionals.join(' ')}`)
  return {
    file: positionals[0],
    fresh: values.fresh,
    crash: values.crash,
    seed: values.seed === undefined ? Math.floor(Math.random() * 1_000_000) : seedFrom(values.seed),
    help: values.help,
  }
}

function parse(args: readonly string[]) {
  try {
    return parseArgs({
      args: [...args],
      allowPositionals: true,
      options: {
        fresh: { type: 'boolean', default: false },
        crash: { type: 'boolean', default: false },
        seed: { type: 'string' },
        help: { type: 'boolean', short: 'h', default: false },
      },
    })
  } catch (error) {
    // parseArgs explains at length how to pass a file that begins with a dash; its first sentence will do.
    const [sentence = ''] = String(error instanceof Error ? error.message : error).split('. ')
    throw new UsageError(sentence)
  }
}

function seedFrom(text: string): number {
  if (!/^\d{1,9}$/.test(text))
    throw new UsageError(`--seed takes a whole number below 1000000000, not '${text}'`)
  return Number(text)
}
