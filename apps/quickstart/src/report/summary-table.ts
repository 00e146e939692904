import Table from 'cli-table3'
import type { BrokenLine } from '../orders/parse-orders.js'

export interface Summary {
  readonly done: number
  /** How many orders failed, by reason. */
  readonly failures: ReadonlyMap<string, number>
  readonly unfinished: number
  readonly brokenLines: readonly BrokenLine[]
  readonly retries: number
  /** Undefined when nothing was done. */
  readonly elapsedMs: number | undefined
  /** What a crash run adds. */
  readonly extraRows?: readonly SummaryRow[]
}

export type SummaryRow = readonly [label: string, value: string | number]

/** The table at the end of a run. */
export function summaryTable(summary: Summary): string {
  const table = new Table({ style: { head: [], border: [] }, colWidths: [19, 57], wordWrap: true })
  table.push(...rows(summary).map(([label, value]) => [label, String(value)]))
  return table.toString()
}

function rows(summary: Summary): readonly SummaryRow[] {
  const { done, failures, unfinished, brokenLines, retries, elapsedMs, extraRows = [] } = summary
  const failed = [...failures.values()].reduce((sum, count) => sum + count, 0)
  const reasons = [...failures].sort().map(([reason, count]) => `${count} × ${reason}`)
  const broken = brokenLines.map(({ lineNumber, reason }) => `line ${lineNumber}: ${reason}`)
  return [
    ['Done', done],
    ['Failed', withDetails(failed, reasons)],
    ...(unfinished > 0 ? [['Not finished', unfinished] as const] : []),
    ['Broken lines', withDetails(broken.length, broken)],
    ['Retries', retries],
    ...extraRows,
    ...(elapsedMs === undefined ? [] : [['Time', `${(elapsedMs / 1000).toFixed(1)} s`] as const]),
  ]
}

/** A bad file may have thousands of broken lines; nobody reads more than a screen of them. */
const mostDetails = 20

function withDetails(count: number, details: readonly string[]): string {
  const more = details.length - mostDetails
  return [String(count), ...details.slice(0, mostDetails), ...(more > 0 ? [`… and ${more} more`] : [])].join(
    '\n',
  )
}
