import { expect, it } from 'vitest'
import { isSameCommit } from './same-commit.js'

it.each([
  [{ nonce: 'a', commitSeq: 1 }, true],
  [{ nonce: 'a', commitSeq: 2 }, false],
  [{ nonce: 'b', commitSeq: 1 }, false],
  [null, false],
])('%o is the first commit of the holding "a": %s', (mark, expected) => {
  expect(isSameCommit(mark, { nonce: 'a', commitSeq: 1 })).toBe(expected)
})
