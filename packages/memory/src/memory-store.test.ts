import type { NewRun, StoreHint } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { type MemoryStore, memory } from './memory-store.js'

// What every store does is in the conformance suite; here is what only this one does.

const wanted: NewRun = {
  namespace: 'main',
  executionId: 'order-42',
  workflow: 'checkout',
  version: '1',
  queue: 'default',
  priority: 0,
  direct: false,
  parent: null,
  attached: false,
  seed: 'seed',
  input: { format: 'json', data: '42' },
  inputHash: 'hash',
  tenantId: null,
  auth: null,
  searchAttributes: null,
  startAt: null,
  timeoutMs: null,
  idReusePolicy: 'useRunning',
}

const key = { namespace: 'main', executionId: 'order-42' }

/** Two handles on the same data, and what each of them is told. */
function pair(): {
  one: MemoryStore
  other: MemoryStore
  heardByOne: StoreHint[]
  heardByOther: StoreHint[]
} {
  const one = memory()
  const other = memory({ database: one.database })
  const heardByOne: StoreHint[] = []
  const heardByOther: StoreHint[] = []
  one.watch((hint) => heardByOne.push(hint))
  other.watch((hint) => heardByOther.push(hint))
  return { one, other, heardByOne, heardByOther }
}

describe('memory', () => {
  it('keeps the rows of two stores apart unless they share a database', async () => {
    const [one, apart] = [memory(), memory()]
    const shared = memory({ database: one.database })
    await one.create([wanted])
    expect(await shared.read([key])).toMatchObject([{ runNo: 1 }])
    expect(await apart.read([key])).toEqual([null])
  })

  it('tells the other handles that a run is due, and not the one that made it so', async () => {
    const { one, heardByOne, heardByOther } = pair()
    await one.create([wanted])
    expect(heardByOther).toEqual([{ kind: 'due', namespace: 'main', queue: 'default' }])
    expect(heardByOne).toEqual([])
  })

  it('tells once that a queue has work, however many runs a batch creates', async () => {
    const { one, heardByOther } = pair()
    await one.create([wanted, { ...wanted, executionId: 'order-43' }])
    expect(heardByOther).toHaveLength(1)
  })

  it('tells the other handles that an execution has finished', async () => {
    const { one, other, heardByOne } = pair()
    await one.create([wanted])
    await other.control([{ ...key, action: { kind: 'terminate', reason: null } }])
    expect(heardByOne).toEqual([{ kind: 'finished', ...key }])
  })

  it('tells the other handles that something is new for a run that is held', async () => {
    const { one, other, heardByOne } = pair()
    await one.create([wanted])
    await one.acquire({ ...key, requestId: 'nonce', workerId: 'w', leaseMs: 1_000 })
    await other.control([{ ...key, action: { kind: 'setDeadline', deadlineAt: 1 } }])
    expect(heardByOne).toEqual([{ kind: 'changed' }])
  })

  it('tells nobody of a claim, of a renewal or of a turn that goes on', async () => {
    const { one, heardByOther } = pair()
    await one.create([wanted])
    heardByOther.length = 0
    const answer = await one.acquire({ ...key, requestId: 'nonce', workerId: 'w', leaseMs: 60_000 })
    if (answer.kind !== 'acquired') throw new Error('The run was not acquired')
    const { fence } = answer.run
    await one.renew({ leaseMs: 90_000, holdings: [{ key: { ...key, runNo: 1 }, fence }] })
    expect(heardByOther).toEqual([])
  })

  it('tells a closed handle nothing more', async () => {
    const { one, other, heardByOther } = pair()
    await other.close()
    await one.create([wanted])
    expect(heardByOther).toEqual([])
  })

  it('takes another manifest, whose limits it keeps', async () => {
    const store = memory({ capabilities: { list: false, limits: { maxInboxMessages: 1 } } })
    expect(store.capabilities).toMatchObject({ adapter: 'memory', list: false, pause: true })
    await store.create([wanted])
    const message = {
      kind: 'event',
      topic: 'event:go',
      runNo: null,
      value: null,
      error: null,
      outcome: null,
      dedupeId: null,
    } as const
    const entry = { to: key, message }
    expect(await store.append([entry, entry])).toMatchObject([
      { kind: 'appended' },
      { kind: 'full', limit: 1 },
    ])
  })

  it('hands out copies of its rows', async () => {
    const store = memory()
    await store.create([wanted])
    Reflect.set(store.database.rows().runs[0] ?? {}, 'status', 'COMPLETED')
    expect(await store.read([key])).toMatchObject([{ status: 'PENDING' }])
  })
})
