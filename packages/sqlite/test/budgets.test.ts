import { defineWorkflow } from '@perdure/core'
import { describe, expect, test } from 'vitest'
import { countTransactions, isWrite, kindOf, kindsOf } from './support/counted-database.js'
import { countedEngine } from './support/counted-engine.js'
import { awaited, elapse, settled } from './support/virtual-time.js'

const stepKinds = [
  'begin',
  'pragma data_version',
  'select',
  'insert operations',
  'update executions',
  'commit',
]
const readsJournal = (kind: string): boolean => kind === 'select operations'

describe('a step', () => {
  test('alone is one transaction that writes two rows and reads none', async () => {
    const marks: number[] = []
    const steps = defineWorkflow({ name: 'steps' }, async (ctx) => {
      for (let step = 0; step < 20; step += 1)
        await ctx.step(`step ${step}`, () => marks.push(statements.length))
    })
    const { clock, counted, engine } = await countedEngine({ workflows: [steps] })
    const { statements } = counted
    const run = await engine.start(steps)
    await awaited(clock, run.result())
    expect(between(statements, marks)).toEqual(Array.from({ length: 19 }, () => stepKinds))
  })

  test('that is the 5,000th costs what the 5th costs', async () => {
    const marks: number[] = []
    const steps = defineWorkflow({ name: 'steps' }, async (ctx) => {
      for (let step = 1; step <= 5_001; step += 1) {
        await ctx.step(`step ${step}`, () => {
          if ([5, 6, 5_000, 5_001].includes(step)) marks.push(statements.length)
          return 'x'.repeat(100)
        })
      }
    })
    const { counted, engine } = await countedEngine({ workflows: [steps] })
    const { statements } = counted
    const run = await engine.start(steps)
    await run.result()
    const [fifth, , last] = between(statements, marks)
    expect(last).toEqual(fifth)
    expect(fifth).toEqual(stepKinds)
    // Creation, claim, a transaction per step, the end.
    expect(countTransactions(statements)).toBe(5_001 + 3)
  })

  test('shares its transaction with those of 50 executions in flight: fewer than 0.2 each', async () => {
    const perRun = 10
    const runs = 200
    let seed = 20_260_101
    const turns = (): number => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return seed % 4
    }
    const steps = defineWorkflow({ name: 'steps' }, async (ctx) => {
      for (let step = 0; step < perRun; step += 1) {
        await ctx.step(`step ${step}`, async () => {
          for (let turn = turns(); turn > 0; turn -= 1) await new Promise((resolve) => setImmediate(resolve))
        })
      }
    })
    const { counted, engine } = await countedEngine({ workflows: [steps], worker: { concurrency: 50 } })
    const started = await engine.startMany(
      steps,
      Array.from({ length: runs }, () => ({})),
    )
    await Promise.all(started.map((run) => run.result()))
    const perStep = countTransactions(counted.statements) / (runs * perRun)
    console.log(`50 in flight: ${perStep.toFixed(3)} transactions per step`)
    expect(perStep).toBeLessThan(0.2)
  })

  test('changes no indexed column, so SQLite opens no index to write to', async () => {
    const two = defineWorkflow({ name: 'two' }, async (ctx) => {
      await ctx.step('first', () => marks.push(statements.length))
      await ctx.step('second', () => marks.push(statements.length))
    })
    const marks: number[] = []
    const { clock, counted, engine } = await countedEngine({ workflows: [two] })
    const { statements, database } = counted
    const run = await engine.start(two)
    await awaited(clock, run.result())
    const writes = statements.slice(marks[0], marks[1]).filter(isWrite)
    expect(writes.map(kindOf)).toEqual(['insert operations', 'update executions'])

    const tables = database.prepare("SELECT rootpage FROM sqlite_schema WHERE type = 'table'").pluck().all()
    const indexes = database
      .prepare<[], string>(
        "SELECT sql FROM sqlite_schema WHERE tbl_name = 'perdure_executions' AND type = 'index'",
      )
      .pluck()
      .all()
    for (const write of writes) expect(tables).toEqual(expect.arrayContaining(pagesWritten(database, write)))
    const changed = [...(writes[1] ?? '').matchAll(/(\w+) = /g)].map(([, column]) => column)
    expect(changed).toContain('settle_seq')
    for (const column of changed) {
      for (const index of indexes) expect(index ?? '').not.toMatch(new RegExp(`\\b${column}\\b`))
    }
  })
})

describe('a workflow without steps', () => {
  const nothing = defineWorkflow({ name: 'nothing' }, async () => 'done')

  test('is three transactions: start, claim, finish', async () => {
    const { clock, counted, engine } = await countedEngine({ workflows: [nothing] })
    await engine.start(nothing)
    await settled()
    expect(countTransactions(counted.statements)).toBe(3)
    const [run] = (await engine.list()).executions
    expect(run?.status).toBe('COMPLETED')
    await elapse(clock, 1_000)
    expect(countTransactions(counted.statements)).toBe(3)
  })

  test('is two in a steady flow: its start, and its finish together with the next claim', async () => {
    const runs = 100
    const { counted, engine } = await countedEngine({ workflows: [nothing], worker: { concurrency: 1 } })
    for (let index = 0; index < runs; index += 1) await engine.start(nothing)
    await settled()
    const perRun = countTransactions(counted.statements) / runs
    expect((await engine.list({ status: 'COMPLETED' })).executions).toHaveLength(runs)
    console.log(`without steps, steady: ${perRun.toFixed(2)} transactions per execution`)
    expect(perRun).toBeLessThan(2.1)
  })

  test('is one in a backlog of a worker that runs one at a time', async () => {
    const runs = 100
    const { counted, engine } = await countedEngine({ workflows: [nothing], worker: { concurrency: 1 } })
    const started = await engine.startMany(
      nothing,
      Array.from({ length: runs }, () => ({})),
    )
    await Promise.all(started.map((run) => run.result()))
    // All starts, the first claim, a finish each, and at the end a claim that finds nothing.
    expect(countTransactions(counted.statements)).toBeLessThanOrEqual(runs + 3)
  })
})

describe('the journal', () => {
  const waiting = defineWorkflow({ name: 'waiting' }, async (ctx) => {
    await ctx.step('before', () => 1)
    await ctx.sleep('nap', '10s')
    await ctx.waitForEvent('go')
    return ctx.step('after', () => 'done')
  })

  test('is not read for a fresh run, nor for a warm one that goes on after a sleep and after an event', async () => {
    const { clock, counted, engine } = await countedEngine({ workflows: [waiting] })
    const run = await engine.start(waiting, { id: 'warm' })
    await elapse(clock, 11_000)
    expect(await run.status()).toBe('SUSPENDED')
    await run.sendEvent('go')
    expect(await awaited(clock, run.result())).toBe('done')
    expect(kindsOf(counted.statements).filter(readsJournal)).toEqual([])
  })

  test('is read once for each time that a run without a live function goes on', async () => {
    const { clock, counted, engine } = await countedEngine({ workflows: [waiting], worker: { maxWarm: 0 } })
    const run = await engine.start(waiting, { id: 'cold' })
    await elapse(clock, 11_000)
    await run.sendEvent('go')
    expect(await awaited(clock, run.result())).toBe('done')
    expect(kindsOf(counted.statements).filter(readsJournal)).toHaveLength(2)
  })
})

/** Kinds of the statements between each two marks. */
function between(statements: readonly string[], marks: readonly number[]): string[][] {
  return marks.slice(1).map((mark, index) => kindsOf(statements.slice(marks[index], mark)))
}

/** The root pages of what SQLite would open for writing. */
function pagesWritten(
  database: { prepare(sql: string): { all(): unknown[] } },
  statement: string,
): unknown[] {
  const program = database.prepare(`EXPLAIN ${statement}`).all() as { opcode: string; p2: number }[]
  return program.filter(({ opcode }) => opcode === 'OpenWrite').map(({ p2 }) => p2)
}
