import { AsyncLocalStorage } from 'node:async_hooks'
import { expect, it } from 'vitest'
import { testRun } from '../../test/test-scope.js'
import { rootPath } from '../operation-id.js'
import { captureContext, captureHome, currentPlace, runInPlace } from './async-zone.js'
import { Place } from './place.js'

const place = new Place(testRun, rootPath)
const tenant = new AsyncLocalStorage<string>()

it('a place is known in everything that its code calls and awaits, and nowhere else', async () => {
  expect(currentPlace()).toBeUndefined()
  const inner = await runInPlace(place, async () => {
    await Promise.resolve()
    return currentPlace()
  })
  expect(inner).toBe(place)
  expect(currentPlace()).toBeUndefined()
})

it('a context that was captured is entered from any other', () => {
  const enter = tenant.run('mine', () => runInPlace(place, captureContext))
  tenant.run('theirs', () => {
    expect(enter(() => [tenant.getStore(), currentPlace()])).toEqual(['mine', place])
    expect(tenant.getStore()).toBe('theirs')
  })
})

it('a home belongs to no place, and is entered from a place and from strangers', () => {
  const enter = tenant.run('worker', () => runInPlace(place, captureHome))
  const seen = (): unknown => [tenant.getStore(), currentPlace()]
  expect(enter(seen)).toEqual(['worker', undefined])
  expect(runInPlace(place, () => enter(seen))).toEqual(['worker', undefined])
  expect(tenant.run('stranger', () => enter(() => enter(seen)))).toEqual(['worker', undefined])
})

it('a home is told from another one', () => {
  const enterOne = tenant.run('one', captureHome)
  const enterTwo = tenant.run('two', captureHome)
  expect(enterOne(() => enterTwo(() => tenant.getStore()))).toBe('two')
})

it('what is thrown comes through', () => {
  expect(() =>
    captureHome()(() => {
      throw new RangeError('no')
    }),
  ).toThrow('no')
})
