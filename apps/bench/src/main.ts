import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { cpus } from 'node:os'
import { join, resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { type Measurement, measurements } from './measurements.js'
import { type Sample, summarize, toMarkdown } from './report.js'
import { fullSettings, quickSettings, type Settings } from './settings.js'
import { tunings } from './tunings.js'

const { values: options } = parseArgs({
  options: {
    quick: { type: 'boolean', default: false },
    tune: { type: 'boolean', default: false },
    only: { type: 'string' },
    folder: { type: 'string', default: '.perdure-bench' },
    json: { type: 'string' },
  },
})
const settings = options.quick ? quickSettings : { ...fullSettings, rounds: options.tune ? 9 : 3 }
const known = options.tune ? tunings : measurements
const chosen = known.filter(({ name }) => options.only === undefined || name.includes(options.only))

console.log(`${environment()}\n${settings.rounds} interleaved rounds; data in ${resolve(options.folder)}\n`)
const lines = summarize(await measure(chosen, settings))
console.log(`\n${toMarkdown(lines)}`)
if (options.json !== undefined)
  writeFileSync(options.json, `${JSON.stringify({ environment: environment(), lines }, null, 2)}\n`)

/**
 * Each round measures everything once, so that whatever the machine is going through meets all of it, and every other
 * one goes backwards, so that being warm favours nobody.
 */
async function measure(all: readonly Measurement[], { rounds }: Settings): Promise<Sample[]> {
  const values = new Map<Measurement, number[]>(all.map((measurement) => [measurement, []]))
  for (let round = 1; round <= rounds; round += 1) {
    for (const measurement of round % 2 === 1 ? all : [...all].reverse()) {
      const value = await inFreshFolder((folder) => measurement.run(folder, settings))
      values.get(measurement)?.push(value)
      console.log(`round ${round}: ${measurement.name}: ${value.toPrecision(4)} ${measurement.unit}`)
    }
  }
  return all.map((measurement) => ({ measurement, values: values.get(measurement) ?? [] }))
}

async function inFreshFolder<T>(run: (folder: string) => T | Promise<T>): Promise<T> {
  mkdirSync(options.folder, { recursive: true })
  const folder = mkdtempSync(join(options.folder, 'round-'))
  try {
    return await run(folder)
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

function environment(): string {
  const require = createRequire(import.meta.url)
  const driver: { readonly version: string } = require('better-sqlite3/package.json')
  const [cpu] = cpus()
  return [
    `Node ${process.version}`,
    `better-sqlite3 ${driver.version}`,
    `${cpus().length} × ${cpu?.model ?? 'unknown CPU'}`,
    'WAL, synchronous=FULL',
  ].join(', ')
}
