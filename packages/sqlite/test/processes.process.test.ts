import { monitorEventLoopDelay } from 'node:perf_hooks'
import Database from 'better-sqlite3'
import { describe, expect, it, onTestFinished } from 'vitest'
import { migrations } from '../src/migrations.generated.js'
import { sqlite } from '../src/sqlite-store.js'
import { newRun } from './builders.js'
import { startFixture } from './support/child-process.js'
import { temporaryFile } from './temporary-file.js'

type Word = 'ready' | 'done' | 'held'

function newFile(): string {
  const { path, remove } = temporaryFile()
  onTestFinished(remove)
  return path
}

describe('twenty processes that open a new file at once', () => {
  it('migrate it once and lose none of their writes', async () => {
    const path = newFile()
    const racers = Array.from({ length: 20 }, (_, index) =>
      startFixture<Word, object>('racer', { path, name: `racer-${index}`, runs: 10 }),
    )
    await Promise.all(racers.map((racer) => racer.hear((word) => word === 'ready')))
    for (const racer of racers) racer.tell({ go: true })
    await Promise.all(racers.map((racer) => racer.hear((word) => word === 'done')))

    const database = new Database(path, { readonly: true })
    const count = (table: string): unknown => database.prepare(`SELECT count(*) FROM ${table}`).pluck().get()
    expect(count('perdure_migrations')).toBe(migrations.length)
    expect(count('perdure_executions')).toBe(200)
    expect(database.pragma('integrity_check', { simple: true })).toBe('ok')
    database.close()
  })
})

describe('a process that holds the lock of the file', () => {
  it('blocks nobody who waits for it, and loses it when it is killed', async () => {
    const path = newFile()
    const store = sqlite({ path })
    await store.open()
    const kept = newRun()
    await store.create([kept])
    const holder = startFixture<Word>('lock-holder', { path })
    await holder.hear((word) => word === 'held')

    const delays = monitorEventLoopDelay({ resolution: 1 })
    delays.enable()
    const answer = store.create([newRun()])
    // In real time, because what is measured is whether this process comes to its turn.
    for (let turn = 0; turn < 50; turn += 1) await new Promise((resolve) => setTimeout(resolve, 5))
    delays.disable()
    // SQLite itself waits for the lock up to 5 ms at a time; the rest is margin for a machine that is busy otherwise.
    expect(delays.percentile(50) / 1e6).toBeLessThan(20)

    holder.signal('SIGKILL')
    await expect(answer).resolves.toMatchObject([{ kind: 'created' }])
    await expect(store.read([kept])).resolves.toMatchObject([{ status: 'PENDING' }])
    await store.close()
  })
})
