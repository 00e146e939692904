import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { parseCliOptions, UsageError } from './cli-options.js'
import { readJob } from './job.js'
import { shippedOrdersFile } from './shipped-files.js'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'perdure-job-'))
})

afterEach(() => rmSync(folder, { recursive: true }))

function write(text: string): string {
  const file = path.join(folder, 'orders.ndjson')
  writeFileSync(file, text)
  return file
}

test('without a file the shipped orders are read', () => {
  const job = readJob(parseCliOptions([]))
  expect(job).toMatchObject({ file: shippedOrdersFile, isShipped: true })
  expect(job.orders).toHaveLength(492)
})

test('the shipped file is recognised when it is named, and a copy of it is not', () => {
  const copy = write(readFileSync(shippedOrdersFile, 'utf8'))
  expect(readJob(parseCliOptions([shippedOrdersFile])).isShipped).toBe(true)
  expect(readJob(parseCliOptions([copy])).isShipped).toBe(false)
})

test.each([
  ['', 'it is empty'],
  ['\n\n', 'it is empty'],
  ['nonsense\nmore', 'line 1: not valid JSON, and 1 more'],
])('a file without orders (%j) is refused with a reason', (text, reason) => {
  const options = parseCliOptions([write(text)])
  expect(() => readJob(options)).toThrow(UsageError)
  expect(() => readJob(options)).toThrow(reason)
})

test.each(['none.ndjson', '.'])('%j cannot be read', (name) => {
  const options = parseCliOptions([path.join(folder, name)])
  expect(() => readJob(options)).toThrow(UsageError)
  expect(() => readJob(options)).toThrow('cannot read')
})
