import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, onTestFinished, test } from 'vitest'
import { takeFileLock } from './file-lock.js'

test('a lock is held once, and free again when it is released', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'perdure-lock-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const file = path.join(folder, 'lock')

  const first = takeFileLock(file, 0)
  expect(first).toBeDefined()
  expect(takeFileLock(file, 0)).toBeUndefined()
  first?.release()
  const again = takeFileLock(file, 0)
  expect(again).toBeDefined()
  again?.release()
})
