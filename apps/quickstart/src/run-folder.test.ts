import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { emptyRunFolder, folderOf, stateFolder } from './run-folder.js'

let directory: string

beforeEach(() => {
  directory = mkdtempSync(path.join(tmpdir(), 'perdure-folder-'))
})

afterEach(() => rmSync(directory, { recursive: true }))

test('the state lies in the directory of the start and hides itself from git', () => {
  const state = stateFolder(directory)
  expect(state).toBe(path.join(directory, '.perdure-quickstart'))
  expect(readFileSync(path.join(state, '.gitignore'), 'utf8')).toBe('*\n')
})

test('the same contents have the same folder, other contents another', () => {
  const state = stateFolder(directory)
  const first = folderOf('a/orders.ndjson', 'one', state)
  expect(folderOf('a/orders.ndjson', 'one', state)).toEqual(first)
  expect(folderOf('a/orders.ndjson', 'two', state).path).not.toBe(first.path)
  expect(existsSync(first.path)).toBe(true)
})

test('emptying a folder leaves nothing but the lock', () => {
  const folder = folderOf('orders.ndjson', 'one', stateFolder(directory))
  for (const file of [folder.database, folder.warehouse, folder.ledger, folder.lock]) writeFileSync(file, '')
  emptyRunFolder(folder)
  expect(readdirSync(folder.path)).toEqual(['lock'])
})
