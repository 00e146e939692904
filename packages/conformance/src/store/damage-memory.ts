import type { MessageRecord, OperationRecord, RunKey, RunRecord } from '@perdure/core'
import type { MemoryDatabase } from '@perdure/memory'
import type { Damage } from './store-under-test.js'

/** Makes a row of a memory store unreadable; returns how to mend it. */
export async function damageMemory(
  database: MemoryDatabase,
  key: RunKey,
  what: Damage,
): Promise<() => Promise<void>> {
  const run = must(database.run(key))
  const damageRun = (damage: object): (() => Promise<void>) => {
    // The types do not allow it, and that is the point.
    database.putRun({ ...run, ...damage } as RunRecord)
    const names = Object.keys(damage) as (keyof RunRecord)[]
    return async () => {
      const mended = Object.fromEntries(names.map((name) => [name, run[name]]))
      database.putRun({ ...must(database.run(key)), ...mended })
    }
  }
  switch (what) {
    case 'state':
      return damageRun({ waitsFor: 'garbage' })
    case 'values':
      return damageRun({ input: undefined })
    case 'newer':
      return damageRun({ format: run.format + 1 })
    case 'operation': {
      const first = must([...database.operations(key).values()][0])
      database.putOperation(key, { ...first, error: 'garbage' } as unknown as OperationRecord)
      return async () => database.putOperation(key, first)
    }
    case 'message': {
      const newest = must(database.inbox(key).at(-1))
      database.putMessage(key, { ...newest, error: 'garbage' } as unknown as MessageRecord)
      return async () => database.putMessage(key, newest)
    }
  }
}

function must<Row>(row: Row | null | undefined): Row {
  if (row === null || row === undefined) throw new Error('There is no such row to damage')
  return row
}
