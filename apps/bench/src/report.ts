import type { Measurement } from './measurements.js'

/** What was measured, round by round. */
export interface Sample {
  readonly measurement: Measurement
  readonly values: readonly number[]
}

/** A line of the report. */
export interface Line {
  readonly name: string
  readonly unit: string
  readonly median: number
  readonly min: number
  readonly max: number
  readonly floor?: string
  /** Of the medians. */
  readonly ratio?: number
  readonly aim?: string
  readonly isReached?: boolean
}

export function summarize(samples: readonly Sample[]): Line[] {
  const medians = new Map(samples.map(({ measurement, values }) => [measurement.name, median(values)]))
  return samples.map(({ measurement, values }) => {
    const { name, unit, floor, aim } = measurement
    const line = { name, unit, median: median(values), min: Math.min(...values), max: Math.max(...values) }
    const base = floor === undefined ? undefined : medians.get(floor)
    if (floor === undefined || base === undefined) return line
    const ratio = line.median / base
    if (aim === undefined) return { ...line, floor, ratio }
    const isReached = aim.kind === 'atLeast' ? ratio >= aim.ratio : ratio <= aim.ratio
    return { ...line, floor, ratio, aim: `${aim.kind === 'atLeast' ? '≥' : '≤'} ${aim.ratio}`, isReached }
  })
}

export function toMarkdown(lines: readonly Line[]): string {
  const rows = lines.map(({ name, unit, median: middle, min, max, ratio, aim, isReached }) =>
    [
      name,
      `${figure(middle)} ${unit}`,
      `${figure(min)} – ${figure(max)}`,
      ratio === undefined ? '' : `${ratio.toFixed(2)} ×`,
      aim === undefined ? '' : `${aim} ${isReached ? 'reached' : 'MISSED'}`,
    ].join(' | '),
  )
  return [
    '| what | median | spread | to its floor | aim |',
    '|---|---|---|---|---|',
    ...rows.map((row) => `| ${row} |`),
  ].join('\n')
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)] ?? Number.NaN
}

function figure(value: number): string {
  return value >= 100 ? Math.round(value).toLocaleString('en') : value.toPrecision(3)
}
