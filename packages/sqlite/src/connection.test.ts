import { VirtualClock } from '@perdure/conformance'
import type { Store } from '@perdure/core'
import Database from 'better-sqlite3'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { claimOne, claimRequest, entryOf, newRun } from '../test/builders.js'
import { type TemporaryFile, temporaryFile } from '../test/temporary-file.js'
import { sqlite } from './sqlite-store.js'

/** Lets everything go on that waits for nothing but its turn. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 5; turn += 1) await new Promise((resolve) => setImmediate(resolve))
}

async function elapse(clock: VirtualClock, ms: number): Promise<void> {
  for (let passed = 0; passed < ms; passed += 50) {
    clock.advance(50)
    await settle()
  }
}

let file: TemporaryFile
let clock: VirtualClock
let owner: Database.Database

beforeEach(() => {
  file = temporaryFile()
  clock = new VirtualClock()
  owner = new Database(file.path)
  owner.pragma('journal_mode = WAL')
  owner.pragma('synchronous = FULL')
})

afterEach(() => {
  owner.close()
  file.remove()
})

describe('a lock that somebody else holds', () => {
  let store: Store
  beforeEach(async () => {
    store = sqlite({ path: file.path, clock, busyTimeout: '1s' })
    await store.open()
  })
  afterEach(() => store.close())

  it('is waited for while this process goes on', async () => {
    owner.exec('BEGIN IMMEDIATE')
    const answer = store.create([newRun()])
    await elapse(clock, 200)
    owner.exec('COMMIT')
    await elapse(clock, 100)
    await expect(answer).resolves.toMatchObject([{ kind: 'created' }])
  })

  it('is waited for no longer than busyTimeout', async () => {
    owner.exec('BEGIN IMMEDIATE')
    const answer = expect(store.create([newRun()])).rejects.toMatchObject({
      code: 'STORE_BUSY',
      details: { retryable: true },
    })
    await elapse(clock, 1_100)
    await answer
  })

  it('keeps nobody from reading', async () => {
    const wanted = newRun()
    await store.create([wanted])
    owner.exec('BEGIN IMMEDIATE')
    await expect(store.read([wanted])).resolves.toMatchObject([{ status: 'PENDING' }])
  })

  it('is given up by closing the store', async () => {
    owner.exec('BEGIN IMMEDIATE')
    const answer = expect(store.create([newRun()])).rejects.toThrow('The SQLite store was closed')
    await store.close()
    await elapse(clock, 100)
    await answer
  })
})

describe('a store', () => {
  it('must be opened first', async () => {
    const store = sqlite({ path: file.path })
    await expect(store.read([])).rejects.toThrow('The SQLite store is not open: call open() first')
  })

  it('opens once, however often it is asked', async () => {
    const store = sqlite({ path: file.path })
    await Promise.all([store.open(), store.open()])
    await store.open()
    await store.close()
    await store.close()
  })

  it('waits for the lock also while it opens', async () => {
    owner.exec('BEGIN IMMEDIATE')
    const store = sqlite({ path: file.path, clock })
    const opening = store.open()
    await elapse(clock, 100)
    owner.exec('COMMIT')
    await elapse(clock, 100)
    await opening
    await store.close()
  })

  it('that was closed while it opened stays closed', async () => {
    const store = sqlite({ path: file.path })
    const opening = expect(store.open()).rejects.toThrow('The SQLite store was closed')
    await store.close()
    await opening
  })
})

describe('a store over a given database', () => {
  let store: Store
  beforeEach(async () => {
    store = sqlite({ database: owner, clock })
    await store.open()
  })
  afterEach(() => store.close())

  it('leaves it open', async () => {
    await store.close()
    expect(owner.open).toBe(true)
  })

  it('waits for a transaction of its owner, and takes no part in it', async () => {
    owner.exec('CREATE TABLE mine (a)')
    owner.exec('BEGIN')
    owner.exec('INSERT INTO mine VALUES (1)')
    const answer = store.create([newRun()])
    await elapse(clock, 100)
    owner.exec('ROLLBACK')
    await elapse(clock, 100)
    await expect(answer).resolves.toMatchObject([{ kind: 'created' }])
    expect(owner.prepare('SELECT count(*) FROM mine').pluck().get()).toBe(0)
  })

  it('waits while its owner goes through rows with it, which the driver refuses to write beside', async () => {
    const wanted = newRun()
    await store.create([wanted])
    const rows = owner.prepare('SELECT run_id FROM perdure_executions').iterate()
    rows.next()
    const answers = [store.create([newRun()]), store.claim(claimRequest())] as const
    await elapse(clock, 1_000)
    await expect(store.read([wanted])).resolves.toMatchObject([{ status: 'PENDING' }])
    rows.return?.()
    await elapse(clock, 100)
    await expect(answers[0]).resolves.toMatchObject([{ kind: 'created' }])
    expect((await answers[1]).claimed.length).toBeGreaterThan(0)
  })

  it('says that it is busy if its owner goes through rows for longer than the time to wait', async () => {
    const rows = owner.prepare('SELECT 1 UNION SELECT 2').iterate()
    rows.next()
    const refused = expect(store.create([newRun()])).rejects.toMatchObject({
      code: 'STORE_BUSY',
      details: { retryable: true },
    })
    await elapse(clock, 11_000)
    await refused
    rows.return?.()
  })

  it('does not block the process for as long as its owner would', async () => {
    const other = new Database(file.path)
    other.exec('BEGIN IMMEDIATE')
    const answer = store.create([newRun()])
    await settle()
    expect(owner.pragma('busy_timeout', { simple: true })).toBe(5_000)
    other.exec('COMMIT')
    await elapse(clock, 100)
    await expect(answer).resolves.toMatchObject([{ kind: 'created' }])
    other.close()
  })

  it('reads numbers, even if its owner reads BigInt', async () => {
    owner.defaultSafeIntegers(true)
    const wanted = newRun({ priority: 7 })
    await expect(store.create([wanted])).resolves.toMatchObject([{ runNo: 1 }])
    await expect(store.read([wanted])).resolves.toMatchObject([{ priority: 7, createdAt: clock.now() }])
  })
})

describe('a commit that the disk has no room for', () => {
  it('is an exception for the whole call, worth another try, and leaves nothing behind', async () => {
    const disk = { isFull: false }
    const full = new Proxy(owner, {
      get: (target, key) => {
        if (key !== 'prepare') return Reflect.get(target, key, target)
        return (sql: string) => {
          const statement = target.prepare(sql)
          const { run } = statement
          statement.run = (...parameters) => {
            if (disk.isFull && sql === 'COMMIT') throw new Database.SqliteError('disk is full', 'SQLITE_FULL')
            return run.apply(statement, parameters)
          }
          return statement
        }
      },
    })
    const store = sqlite({ database: full, clock })
    await store.open()
    await store.create([newRun()])
    const run = await claimOne(store)
    const request = { entries: [entryOf(run)], claim: claimRequest() }
    disk.isFull = true
    await expect(store.commit(request)).rejects.toMatchObject({
      code: 'STORE_FAILED',
      details: { retryable: true, sqliteCode: 'SQLITE_FULL' },
    })
    await expect(store.load({ ...request.entries[0]!.key, limit: 9 })).resolves.toMatchObject({
      operations: [],
    })
    disk.isFull = false
    await expect(store.commit(request)).resolves.toMatchObject({ answers: [{ kind: 'applied' }] })
  })
})
