import { expect, test } from 'vitest'
import { contextRequirements } from './context/context-requirements.js'
import { engineRequirements } from './engine/engine-requirements.js'
import { storeRequirements } from './store/store-requirements.js'

const requirements = [...storeRequirements, ...contextRequirements, ...engineRequirements]

test('a requirement is cited by an id that no other has', () => {
  const ids = requirements.map(({ requirementId }) => requirementId)
  expect(ids.filter((requirementId, index) => ids.indexOf(requirementId) !== index)).toEqual([])
})

test('no two requirements say the same', () => {
  const sentences = requirements.map(({ sentence }) => sentence)
  expect(sentences.filter((sentence, index) => sentences.indexOf(sentence) !== index)).toEqual([])
})
