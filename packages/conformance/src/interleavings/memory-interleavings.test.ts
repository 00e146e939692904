import type { RunKey } from '@perdure/core'
import { memory } from '@perdure/memory'
import { afterAll, describe, expect, it } from 'vitest'
import { interceptStore } from '../faults/intercept-store.js'
import { Acknowledged } from '../store/acknowledged.js'
import { audit } from '../store/audit.js'
import { damageMemory } from '../store/damage-memory.js'
import { StoreTrial } from '../store/store-trial.js'
import type { Damage } from '../store/store-under-test.js'
import { VirtualClock } from '../virtual-clock.js'
import { interleave } from './interleave.js'
import { interleavings } from './interleavings.js'

describe('the reference store, its rows audited after every call', () => {
  const orders = new Map<string, number>()

  for (const { requirementId, sentence, meet } of interleavings) {
    it(`${requirementId} ${sentence}`, async () => {
      const count = await interleave(() => meet(trial()))
      orders.set(requirementId, count)
    })
  }

  afterAll(() => {
    const sum = [...orders.values()].reduce((a, b) => a + b, 0)
    console.log(`${orders.size} encounters in ${sum} orders:`, Object.fromEntries(orders))
  })
})

/** A new store whose rows are looked at after each call of a verb. */
function trial(): StoreTrial {
  const clock = new VirtualClock()
  const memoryStore = memory({ clock })
  const { database } = memoryStore
  const acknowledged = new Acknowledged()
  const store = interceptStore(acknowledged.watch(memoryStore), async (_call, apply) => {
    const answer = await apply()
    expect(audit(database.rows(), acknowledged)).toEqual([])
    return answer
  })
  const subject = {
    store,
    probe: async () => database.rows(),
    damage: (key: RunKey, what: Damage) => damageMemory(database, key, what),
    destroy: () => store.close(),
  }
  return new StoreTrial(subject, clock)
}
