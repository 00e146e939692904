import type { SingleBar } from 'cli-progress'
import cliProgress from 'cli-progress'

export interface Progress {
  update(finished: number): void
  /** A line of text that stays above the bar. */
  note(text: string): void
  stop(): void
}

export interface ProgressOptions {
  readonly total: number
  /** Orders that earlier runs had finished: on the bar from the start, but no part of the throughput. */
  readonly alreadyFinished: number
  readonly out: NodeJS.WriteStream
  /** @default Date.now */
  readonly now?: () => number
}

/** A bar on a terminal, a line for every tenth of the work anywhere else. */
export function startProgress(options: ProgressOptions): Progress {
  return options.out.isTTY ? barProgress(options) : lineProgress(options)
}

function barProgress(options: ProgressOptions): Progress {
  const { total, alreadyFinished, out } = options
  const rate = throughput(options)
  const bar: SingleBar = new cliProgress.SingleBar({
    format: '{bar} {percentage}% · {value} of {total} orders · {rate}',
    barCompleteChar: '█',
    barIncompleteChar: '░',
    barsize: 30,
    hideCursor: true,
    // Ctrl-C is ours: it stops the run in good order.
    gracefulExit: false,
    forceRedraw: true,
    stream: out,
  })
  bar.start(total, alreadyFinished, { rate: rate(alreadyFinished) })
  return {
    update: (finished) => bar.update(finished, { rate: rate(finished) }),
    note: (text) => {
      out.clearLine(0)
      out.cursorTo(0)
      out.write(`${text}\n`)
      bar.render()
    },
    stop: () => bar.stop(),
  }
}

function lineProgress(options: ProgressOptions): Progress {
  const { total, alreadyFinished, out } = options
  const rate = throughput(options)
  const tenth = (finished: number): number => Math.floor((10 * finished) / total)
  let shown = alreadyFinished
  return {
    update: (finished) => {
      if (tenth(finished) === tenth(shown)) return
      shown = finished
      out.write(`${finished} of ${total} orders · ${rate(finished)}\n`)
    },
    note: (text) => out.write(`${text}\n`),
    stop: () => {},
  }
}

function throughput({ alreadyFinished, now = Date.now }: ProgressOptions): (finished: number) => string {
  const startedAt = now()
  return (finished) => {
    const seconds = Math.max(now() - startedAt, 1) / 1000
    return `${((finished - alreadyFinished) / seconds).toFixed(1)} orders/s`
  }
}
