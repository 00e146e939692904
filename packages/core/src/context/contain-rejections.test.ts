import { afterEach, expect, it } from 'vitest'
import { testRun } from '../../test/test-scope.js'
import { rootPath } from '../operation-id.js'
import { runInPlace, runListeners } from './async-zone.js'
import { containRejections } from './contain-rejections.js'
import { Place } from './place.js'

type Emit = (event: string | symbol, ...args: unknown[]) => boolean
const emitter = process as unknown as { emit: Emit }

const lines: string[] = []
const logger = { ...testRun.logger, warn: (message: string) => void lines.push(message) }
const place = new Place({ ...testRun, logger }, rootPath)
const inRun = (...args: Parameters<Emit>): boolean => runInPlace(place, () => emitter.emit(...args))
/** Events that nobody listens to are answered with false. */
const ours = (): boolean => inRun('uncaughtExceptionMonitor', new Error('boom'), 'unhandledRejection')

const native = emitter.emit
afterEach(() => {
  lines.length = 0
})

it('is there for as long as somebody needs it, and leaves nothing behind', () => {
  const first = containRejections()
  const second = containRejections()
  expect(ours()).toBe(true)
  first()
  first()
  expect(ours()).toBe(true)
  second()
  expect(ours()).toBe(false)
  expect(emitter.emit).toBe(native)
})

it('claims what is of a run, and says of which, once', () => {
  const release = containRejections()
  const promise = Promise.resolve()
  expect(inRun('unhandledRejection', new Error('boom'), promise)).toBe(true)
  expect(inRun('rejectionHandled', promise)).toBe(true)
  release()
  expect(lines).toEqual([expect.stringContaining('A promise of execution order-42 (test) was rejected')])
})

it('leaves alone what is thrown, and other events, also in the context of a run', () => {
  const release = containRejections()
  expect(inRun('uncaughtExceptionMonitor', new Error('boom'), 'uncaughtException')).toBe(false)
  expect(inRun('rejectionHandled', Promise.resolve())).toBe(false)
  expect(inRun('some event')).toBe(false)
  release()
  expect(lines).toEqual([])
})

it('claims what a listener throws where nobody can catch it, and says whose it is, once', () => {
  const release = containRejections()
  const inListener = (event: string): boolean =>
    runListeners(place, () => emitter.emit(event, new Error('boom'), 'uncaughtException'))
  expect([inListener('uncaughtExceptionMonitor'), inListener('uncaughtException')]).toEqual([true, true])
  release()
  expect(lines).toEqual([
    expect.stringContaining('A listener of ctx.signal of execution order-42 (test) failed'),
  ])
})

it('passes everything on while it is buried under the wrapper of somebody else, and serves again', () => {
  const release = containRejections()
  const buried = emitter.emit
  const seen: unknown[] = []
  emitter.emit = function (this: unknown, event, ...args) {
    seen.push(event)
    return Reflect.apply(buried, this, [event, ...args])
  }
  release()
  expect(ours()).toBe(false)
  const again = containRejections()
  expect(ours()).toBe(true)
  again()
  emitter.emit = buried
  const last = containRejections()
  expect(ours()).toBe(true)
  last()
  expect(emitter.emit).toBe(native)
})

it('comes back if somebody has put back what was there before it', () => {
  const release = containRejections()
  const buried = emitter.emit
  emitter.emit = (event, ...args) => Reflect.apply(buried, process, [event, ...args])
  release()
  emitter.emit = native
  const again = containRejections()
  expect(ours()).toBe(true)
  again()
  expect(emitter.emit).toBe(native)
})
