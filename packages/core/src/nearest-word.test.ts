import { describe, expect, it } from 'vitest'
import { nearestWord } from './nearest-word.js'

describe('nearestWord', () => {
  it.each([
    ['concurency', 'concurrency'],
    ['Lease', 'lease'],
    ['store', 'store'],
    ['maxAttempt', 'maxAttempts'],
  ])('leads from %s to %s', (word, nearest) => {
    expect(nearestWord(word, ['concurrency', 'lease', 'store', 'maxAttempts'])).toBe(nearest)
  })

  it('has no answer for a word that is far from all', () => {
    expect(nearestWord('colour', ['lease', 'store'])).toBeUndefined()
    expect(nearestWord('x', [])).toBeUndefined()
  })
})
