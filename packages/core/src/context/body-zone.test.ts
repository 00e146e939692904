import { expect, it } from 'vitest'
import { enclosingBody, runInBody } from './body-zone.js'

it('a body is known in everything that it calls and awaits, and nowhere else', async () => {
  expect(enclosingBody()).toBeUndefined()
  const inner = await runInBody('charge', async () => {
    await Promise.resolve()
    return enclosingBody()
  })
  expect(inner).toBe('charge')
  expect(enclosingBody()).toBeUndefined()
})
