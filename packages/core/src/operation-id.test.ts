import { describe, expect, it } from 'vitest'
import { childPath, deriveChildExecutionId, rootPath } from './operation-id.js'

describe('childPath', () => {
  it('gives ids that never change: journals are found by them', () => {
    const resize = childPath(rootPath, 'resize', 1)
    const third = childPath(resize, '3', 1)
    expect(resize.operationId).toMatchInlineSnapshot(`"RWj5bCX2zNc4TQ-AuqmkzpAI"`)
    expect(third.operationId).toMatchInlineSnapshot(`"UAtDSi_lXlyldCEqJAhoVHcF"`)
    expect(childPath(third, 'upload', 2)).toMatchInlineSnapshot(`
      {
        "operationId": "z9E1J_3YjPRikq03jxKMBpfW",
        "readable": "resize/3/upload#2",
        "sequence": "6:resize#1;1:3#1;6:upload#2;",
      }
    `)
  })

  it('gives ids of 144 bits that are safe in URLs', () => {
    expect(childPath(rootPath, 'ä "&', 1).operationId).toMatch(/^[A-Za-z0-9_-]{24}$/)
  })

  it('tells apart what only looks alike when it is put together', () => {
    const ids = [
      childPath(childPath(rootPath, 'a', 1), 'b', 1),
      childPath(rootPath, 'a#1;1:b', 1),
      childPath(rootPath, 'a/b', 1),
      childPath(rootPath, 'a', 1),
      childPath(rootPath, 'a', 2),
      childPath(rootPath, 'a#2', 1),
      childPath(rootPath, 'a', 12),
      childPath(rootPath, 'a#1', 2),
    ].map((path) => path.operationId)
    expect(new Set(ids).size).toBe(ids.length)
  })

  it('escapes the separators of the readable path', () => {
    const path = childPath(childPath(rootPath, 'a/b', 1), '50%#1', 3)
    expect(path.readable).toBe('a%2Fb/50%25%231#3')
  })
})

describe('deriveChildExecutionId', () => {
  it('begins with the id of the root and is the same for the same call', () => {
    const { operationId } = childPath(rootPath, 'ship', 1)
    const childId = deriveChildExecutionId('order-42', 1, operationId)
    expect(childId).toMatchInlineSnapshot(`"order-42.qCiPm92UccLJLWFvouByDr6E"`)
    expect(deriveChildExecutionId('order-42', 2, operationId)).not.toBe(childId)
  })
  it('refuses a root whose id leaves no room', () => {
    expect(deriveChildExecutionId('x'.repeat(231), 1, 'op')).toHaveLength(256)
    expect(() => deriveChildExecutionId('x'.repeat(232), 1, 'op')).toThrow(/at most 231 characters/)
  })
})
