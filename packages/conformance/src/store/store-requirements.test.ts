import { describe, expect, it } from 'vitest'
import { storeRequirements } from './store-requirements.js'

describe('storeRequirements', () => {
  it('have an id each that no other has', () => {
    const ids = storeRequirements.map(({ requirementId }) => requirementId)
    expect(ids.filter((requirementId, index) => ids.indexOf(requirementId) !== index)).toEqual([])
    for (const requirementId of ids) expect(requirementId).toMatch(/^[A-Z]+(-[0-9A-Za-z]+)+$/)
  })

  it('have a sentence each that no other has', () => {
    const sentences = storeRequirements.map(({ sentence }) => sentence)
    expect(new Set(sentences).size).toBe(sentences.length)
  })
})
