import type { Store } from '@perdure/core'
import { memory } from '@perdure/memory'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../virtual-clock.js'
import { type Fault, injectFaults } from './fault.js'
import { atCall, atVerb, randomFaults } from './fault-plans.js'
import { interceptStore, type StoreCall, type StoreInterceptor } from './intercept-store.js'

describe('injectFaults', () => {
  it('fails a call that was not applied', async () => {
    const { store, applied } = faulty({ kind: 'failBefore' })
    await expect(store.relay({ limit: 1 })).rejects.toMatchObject({
      code: 'STORE_FAILED',
      details: { retryable: true },
    })
    expect(applied).toEqual([])
  })

  it('loses the answer of a call that was applied', async () => {
    const { store, applied } = faulty({ kind: 'failAfter' })
    await expect(store.relay({ limit: 1 })).rejects.toThrow('was applied and its answer lost')
    expect(applied).toEqual(['relay'])
  })

  it('applies a call twice', async () => {
    const { store, applied } = faulty({ kind: 'duplicate' })
    await store.relay({ limit: 1 })
    expect(applied).toEqual(['relay', 'relay'])
  })

  it('applies a call late', async () => {
    const { store, applied, clock } = faulty({ kind: 'delay', delayMs: 1_000 })
    const late = store.relay({ limit: 1 })
    await store.read([])
    expect(applied).toEqual(['read'])
    clock.advance(1_000)
    await late
    expect(applied).toEqual(['read', 'relay'])
  })

  it('applies a call after the one that follows it', async () => {
    const { store, applied } = faulty({ kind: 'reorder', withinMs: 1_000 })
    await Promise.all([store.relay({ limit: 1 }), store.read([])])
    expect(applied).toEqual(['read', 'relay'])
  })

  it('applies a call that nothing follows when its time has come', async () => {
    const { store, applied, clock } = faulty({ kind: 'reorder', withinMs: 1_000 })
    const alone = store.relay({ limit: 1 })
    clock.advance(1_000)
    await alone
    expect(applied).toEqual(['relay'])
  })

  it('crashes before or after a call, and never answers it', async () => {
    for (const [kind, expected] of [
      ['crashBefore', []],
      ['crashAfter', ['relay']],
    ] as const) {
      const { store, applied, crashed } = faulty({ kind })
      let isAnswered = false
      void store.relay({ limit: 1 }).finally(() => {
        isAnswered = true
      })
      await store.read([])
      expect([crashed.length, isAnswered]).toEqual([1, false])
      expect(applied.filter((verb) => verb === 'relay')).toEqual(expected)
    }
  })
})

describe('a plan', () => {
  it('names a call by its number among all, or among those of its verb', () => {
    const fault: Fault = { kind: 'failBefore' }
    expect([1, 2, 3].map((callNo) => atCall(2, fault)(call({ callNo })))).toEqual([
      undefined,
      fault,
      undefined,
    ])
    expect(atVerb('read', 2, fault)(call({ verb: 'read', verbNo: 2 }))).toBe(fault)
    expect(atVerb('read', 2, fault)(call({ verb: 'list', verbNo: 2 }))).toBeUndefined()
  })

  it('draws the same faults from the same seed, and prints it', () => {
    const lines: string[] = []
    const draw = (seed: string): readonly unknown[] => {
      const faults: Fault[] = [{ kind: 'failBefore' }, { kind: 'failAfter' }]
      const plan = randomFaults({ seed, print: (line) => lines.push(line), probability: 0.5, faults })
      return Array.from({ length: 50 }, (_, index) => plan(call({ callNo: index }))?.kind)
    }
    expect(draw('one')).toEqual(draw('one'))
    expect(draw('one')).not.toEqual(draw('another'))
    expect(new Set(draw('one'))).toEqual(new Set([undefined, 'failBefore', 'failAfter']))
    expect(lines[0]).toBe('Faults are drawn with the seed one.')
  })

  it('spares the verbs that it does not name', () => {
    const faults: Fault[] = [{ kind: 'failBefore' }]
    const plan = randomFaults({ seed: 's', print: () => {}, probability: 1, faults, verbs: ['commit'] })
    expect([plan(call({ verb: 'read' })), plan(call({ verb: 'commit' }))]).toEqual([undefined, faults[0]])
  })
})

/** A store whose first call suffers a fault, and what reaches the rows. */
function faulty(fault: Fault): {
  readonly store: Store
  readonly applied: string[]
  readonly crashed: string[]
  readonly clock: VirtualClock
} {
  const clock = new VirtualClock()
  const applied: string[] = []
  const crashed: string[] = []
  const noting: StoreInterceptor = ({ verb }, apply) => {
    applied.push(verb)
    return apply()
  }
  const host = { clock, crash: () => void crashed.push('now') }
  const store = interceptStore(
    interceptStore(memory({ clock }), noting),
    injectFaults(atCall(1, fault), host),
  )
  return { store, applied, crashed, clock }
}

function call(overrides: Partial<StoreCall>): StoreCall {
  return { verb: 'read', callNo: 1, verbNo: 1, request: [], ...overrides } as StoreCall
}
