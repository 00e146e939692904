import { VirtualClock } from '@perdure/conformance'
import type { Store, StoreHint } from '@perdure/core'
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest'
import { newRun } from '../test/builders.js'
import { type CountedDatabase, countedDatabase } from '../test/support/counted-database.js'
import { ChangeWatch } from './change-watch.js'
import { sqlite } from './sqlite-store.js'

describe('a change of the file', () => {
  let clock: VirtualClock
  let counted: CountedDatabase
  let listening: Store
  let writing: Store
  let heard: StoreHint[]
  let stop: () => void

  beforeEach(async () => {
    clock = new VirtualClock()
    counted = countedDatabase()
    listening = sqlite({ database: counted.database, synchronous: 'normal', clock })
    writing = sqlite({ path: counted.path, clock })
    await listening.open()
    await writing.open()
    heard = []
    stop = listening.watch((hint) => heard.push(hint))
    counted.reset()
    onTestFinished(() => writing.close())
  })

  it('by another store is heard of within 100 ms', async () => {
    await writing.create([newRun()])
    clock.advance(99)
    expect(heard).toEqual([])
    clock.advance(1)
    expect(heard).toEqual([{ kind: 'changed' }])
    clock.advance(1_000)
    expect(heard).toHaveLength(1)
  })

  it('is heard of although the listener has looked into the file since', async () => {
    const wanted = newRun()
    await writing.create([wanted])
    await listening.read([wanted])
    await listening.create([newRun()])
    clock.advance(100)
    expect(heard).toHaveLength(1)
  })

  it('by the listener itself is no news', async () => {
    await listening.create([newRun()])
    clock.advance(1_000)
    expect(heard).toEqual([])
  })

  it('is looked for ten times a second, without reading a table', () => {
    clock.advance(60_000)
    expect(counted.statements).toEqual(Array.from({ length: 600 }, () => 'PRAGMA data_version'))
  })

  it('is looked for only while somebody listens', () => {
    const stopOther = listening.watch(() => {})
    stop()
    clock.advance(100)
    expect(counted.statements).toHaveLength(1)
    stopOther()
    clock.advance(1_000)
    expect(counted.statements).toHaveLength(1)
    expect(clock.pendingTimers).toBe(0)
  })

  it('is looked for no more once the store is closed', async () => {
    await listening.close()
    listening.watch((hint) => heard.push(hint))
    expect(clock.pendingTimers).toBe(0)
    await writing.create([newRun()])
    clock.advance(1_000)
    expect(heard).toEqual([])
  })

  it('is told to every listener, and to one that was given twice twice', async () => {
    const others: StoreHint[] = []
    const other = (hint: StoreHint): number => others.push(hint)
    listening.watch(other)
    listening.watch(other)
    await writing.create([newRun()])
    clock.advance(100)
    expect(heard).toHaveLength(1)
    expect(others).toHaveLength(2)
  })
})

describe('a look that fails', () => {
  it('is told once, is tried again, and loses no change', () => {
    const clock = new VirtualClock()
    const heard: StoreHint[] = []
    const warned: unknown[] = []
    const file = { version: 1, error: null as Error | null }
    const watch = new ChangeWatch(
      clock,
      () => {
        if (file.error !== null) throw file.error
        return file.version
      },
      (error) => warned.push(error),
    )
    watch.listen((hint) => heard.push(hint))
    file.error = new Error('disk I/O error')
    clock.advance(1_000)
    expect([warned, heard]).toEqual([[file.error], []])
    file.version = 2
    file.error = null
    clock.advance(100)
    expect(heard).toEqual([{ kind: 'changed' }])
    watch.stop()
  })

  it('does no harm to who begins to listen', () => {
    const warned: unknown[] = []
    const watch = new ChangeWatch(
      new VirtualClock(),
      () => {
        throw new Error('file is not a database')
      },
      (error) => warned.push(error),
    )
    watch.listen(() => {})()
    expect(warned).toHaveLength(1)
  })
})
