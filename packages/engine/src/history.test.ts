import { describe, expect, it } from 'vitest'
import { holdRun, update } from '../test/held-run.js'
import { untilQuiet } from '../test/test-clock.js'
import { type HistoryEvent, readHistory } from './history.js'

const completed = { kind: 'completed', output: { format: 'json', data: '1' } } as const

function lineOf(event: HistoryEvent): string {
  switch (event.kind) {
    case 'OperationStarted':
      return `${event.name} started`
    case 'OperationEnded':
      return `${event.name} ${event.status} after ${event.attempts}`
    case 'AttemptFailed':
      return `${event.name} failed at attempt ${event.attempt}: ${event.error.message}`
    case 'MessageReceived':
      return `${event.topic} ${event.consumedBy === undefined ? 'waits' : `taken by ${event.consumedBy}`}`
    default:
      return event.kind
  }
}

describe('a history', () => {
  it('is what happened, oldest first, from the start to the end', async () => {
    const run = await holdRun()
    const { journal, clock } = run
    journal.record(update.succeed('charge'))
    journal.flush()
    await untilQuiet()
    clock.advance(10)
    journal.record(update.wait('approved'))
    journal.record(update.retry('ship', clock.now() + 3_600_000))
    journal.idle()
    await untilQuiet()
    clock.advance(10)
    await run.send('approved')
    await run.send('unwanted')
    await run.resume()
    await untilQuiet()
    clock.advance(10)
    journal.record(update.cancel('ship', 'STEP'))
    journal.finish(completed)
    await untilQuiet()
    const history = await readHistory(run.store, await run.row())
    expect(history.map(lineOf)).toEqual([
      'ExecutionStarted',
      'charge started',
      'charge SUCCEEDED after 1',
      'approved started',
      'ship started',
      'event:approved taken by op-approved',
      'event:unwanted waits',
      'approved SUCCEEDED after 0',
      'ship CANCELLED after 1',
      'ExecutionEnded',
    ])
    expect(history.at(-1)).toMatchObject({ status: 'COMPLETED', at: new Date(clock.now()) })
  })

  it('shows what is open, and no end, while the run goes on', async () => {
    const run = await holdRun()
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    await untilQuiet()
    const history = await readHistory(run.store, await run.row())
    expect(history.map(lineOf)).toEqual(['ExecutionStarted', 'approved started'])
  })

  it('keeps settlements of one instant in their order', async () => {
    const run = await holdRun()
    for (const name of ['c', 'a', 'b']) run.journal.record(update.succeed(name))
    run.journal.flush()
    await untilQuiet()
    const history = await readHistory(run.store, await run.row())
    expect(history.map(lineOf).filter((line) => line.includes('SUCCEEDED'))).toEqual([
      'c SUCCEEDED after 1',
      'a SUCCEEDED after 1',
      'b SUCCEEDED after 1',
    ])
  })

  it('has a context around what is in it, all of one instant', async () => {
    const run = await holdRun()
    const { journal } = run
    journal.record(update.start('outer', 'CONTEXT'))
    journal.record({ ...update.start('inner', 'CONTEXT'), parentId: 'op-outer' })
    journal.record({ ...update.succeed('first'), parentId: 'op-inner' })
    journal.record({ ...update.succeed('second'), parentId: 'op-inner' })
    journal.record({ ...update.succeed('inner', 'CONTEXT'), parentId: 'op-outer' })
    journal.record(update.succeed('outer', 'CONTEXT'))
    journal.flush()
    await untilQuiet()
    const history = await readHistory(run.store, await run.row())
    expect(history.map(lineOf)).toEqual([
      'ExecutionStarted',
      'outer started',
      'inner started',
      'first started',
      'first SUCCEEDED after 1',
      'second started',
      'second SUCCEEDED after 1',
      'inner SUCCEEDED after 0',
      'outer SUCCEEDED after 0',
    ])
  })

  it('shows each failed attempt, why, and when the next is, while the step waits and after it has ended', async () => {
    const run = await holdRun()
    const { journal, clock } = run
    const error = (message: string) => ({ name: 'Error', message })
    journal.record({ ...update.retry('ship', clock.now() + 10), error: error('no ship') })
    journal.flush()
    await untilQuiet()
    const waiting = await readHistory(run.store, await run.row())
    expect(waiting.at(-1)).toMatchObject({
      kind: 'AttemptFailed',
      attempt: 1,
      error: { message: 'no ship' },
      at: new Date(clock.now()),
      nextAttemptAt: new Date(clock.now() + 10),
    })
    clock.advance(10)
    journal.record({ ...update.retry('ship', clock.now() + 10), error: error('no crew') })
    clock.advance(10)
    journal.record(update.succeed('ship'))
    journal.flush()
    await untilQuiet()
    expect((await readHistory(run.store, await run.row())).map(lineOf)).toEqual([
      'ExecutionStarted',
      'ship started',
      'ship failed at attempt 1: no ship',
      'ship failed at attempt 2: no crew',
      'ship SUCCEEDED after 3',
    ])
  })

  it('is read in pages, messages and operations alike', async () => {
    const run = await holdRun()
    for (let index = 0; index < 2_500; index += 1) run.journal.record(update.succeed(`step-${index}`))
    run.journal.flush()
    await untilQuiet()
    for (let index = 0; index < 1_200; index += 1) await run.send('approved')
    const history = await readHistory(run.store, await run.row())
    expect(history.filter(({ kind }) => kind === 'OperationEnded')).toHaveLength(2_500)
    expect(history.filter(({ kind }) => kind === 'MessageReceived')).toHaveLength(1_200)
  })

  it('tells why an operation or the run failed', async () => {
    const run = await holdRun()
    const error = { name: 'Error', message: 'boom' }
    run.journal.record({ ...update.succeed('charge'), action: 'FAIL', error })
    run.journal.finish({ kind: 'failed', error })
    await untilQuiet()
    const history = await readHistory(run.store, await run.row())
    expect(history.filter((event) => 'error' in event)).toMatchObject([
      { kind: 'OperationEnded', status: 'FAILED', error },
      { kind: 'ExecutionEnded', status: 'FAILED', error },
    ])
  })
})
