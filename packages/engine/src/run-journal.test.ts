import { type CommitRequest, type HoldAnswer, StoreError, type TopicRequest } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { gate } from '../test/gate.js'
import { type HeldRun, holdRun, type ListeningPass, update } from '../test/held-run.js'
import { untilQuiet } from '../test/test-clock.js'

const completed = { kind: 'completed', output: { format: 'json', data: '1' } } as const

/** Holds the next commit up: it was sent, and the store has not looked at it. */
function holdUp(run: HeldRun): { send(): void } {
  const sent = gate()
  run.store.once('commit', async (call) => {
    await sent.promise
    return call()
  })
  return { send: () => sent.open() }
}

/** What ended, as the pass heard it. */
function settled({ heard }: ListeningPass): string[] {
  return heard.filter((line) => /(SUCCEEDED|TIMED_OUT|CANCELLED)$/.test(line))
}

/** Holds the next answer up: the store has done it, and nobody knows. */
function holdAnswer(run: HeldRun): { arrive(): void } {
  const arrived = gate()
  run.store.once('commit', async (call) => {
    const answer = await call()
    await arrived.promise
    return answer
  })
  return { arrive: () => arrived.open() }
}

describe('what the pass records', () => {
  it('is announced when it is durable, and not before', async () => {
    const run = await holdRun()
    const { journal, pass } = run
    const commit = holdUp(run)
    journal.record(update.succeed('charge'))
    journal.flush()
    await untilQuiet()
    expect(pass.heard).toEqual([])
    commit.send()
    await untilQuiet()
    expect(pass.heard).toEqual(['charge SUCCEEDED'])
    expect(await run.rows()).toMatchObject([{ name: 'charge', startSeq: 1, settleSeq: 1 }])
  })

  it('joins the next turn while one is in flight: there is never a second', async () => {
    const run = await holdRun()
    const { journal, pass, turns } = run
    const first = holdUp(run)
    journal.record(update.succeed('a'))
    journal.flush()
    journal.record(update.succeed('b'))
    journal.flush()
    journal.record(update.succeed('c'))
    journal.flush()
    await untilQuiet()
    expect(turns).toEqual(['continue 1'])
    first.send()
    await untilQuiet()
    // What was announced is for the pass to go on with, and it does so with a flush.
    journal.flush()
    await untilQuiet()
    expect(turns).toEqual(['continue 1', 'continue 2'])
    expect(pass.heard).toEqual(['a SUCCEEDED', 'b SUCCEEDED', 'c SUCCEEDED'])
  })

  it('is announced in the order of its numbers, whatever order the rows have', async () => {
    const { journal, pass, ...run } = await holdRun()
    journal.record(update.start('slow', 'STEP'))
    journal.record(update.succeed('fast'))
    journal.record(update.succeed('slow'))
    journal.flush()
    await untilQuiet()
    expect(pass.heard.filter((line) => line.endsWith('SUCCEEDED'))).toEqual([
      'fast SUCCEEDED',
      'slow SUCCEEDED',
    ])
    expect(await run.rows()).toMatchObject([
      { name: 'slow', startSeq: 1, settleSeq: 2 },
      { name: 'fast', startSeq: 2, settleSeq: 1 },
    ])
  })

  it('is announced as a start only once that is durable', async () => {
    const run = await holdRun()
    const commit = holdUp(run)
    run.journal.record(update.start('charge', 'STEP'))
    run.journal.flush()
    await untilQuiet()
    expect(run.pass.heard).toEqual([])
    commit.send()
    await untilQuiet()
    expect(run.pass.heard).toEqual(['charge STARTED'])
  })

  it('is not worth a commit of its own if it is only that a context has begun', async () => {
    const { journal, turns } = await holdRun()
    journal.record(update.start('group', 'CONTEXT'))
    journal.flush()
    await untilQuiet()
    expect(turns).toEqual([])
    journal.record(update.succeed('inner'))
    journal.flush()
    await untilQuiet()
    expect(turns).toEqual(['continue 2'])
  })

  it('can be looked up until it is delivered', async () => {
    const { journal } = await holdRun()
    journal.record(update.succeed('charge'))
    expect(journal.lookup('op-charge')?.status).toBe('SUCCEEDED')
    journal.delivered('op-charge')
    expect(journal.lookup('op-charge')).toBeUndefined()
  })

  it('has times that never go back in the order of the numbers, nor before its own start', async () => {
    const run = await holdRun()
    const { journal, clock } = run
    journal.record(update.start('a', 'STEP'))
    clock.advance(100)
    journal.record(update.succeed('b'))
    // The wall clock of the store is set back: its next answer is older.
    clock.jump(-5_000)
    await journal.look()
    journal.record(update.succeed('a'))
    journal.flush()
    await untilQuiet()
    const rows = await run.rows()
    const [a, b] = rows
    expect(a?.endedAt).toBeGreaterThanOrEqual(b?.endedAt ?? Infinity)
    for (const { startedAt, endedAt } of rows) expect(endedAt).toBeGreaterThanOrEqual(startedAt)
  })
})

describe('letting go', () => {
  it('says until when, and what for, in the same turn as what was recorded', async () => {
    const run = await holdRun()
    const { journal, clock, turns, told } = run
    const dueAt = clock.now() + 60_000
    journal.record(update.start('timer', 'WAIT', dueAt))
    journal.record(update.wait('approved', dueAt + 5))
    journal.idle()
    await untilQuiet()
    expect(turns).toEqual(['suspend 2'])
    expect(told).toEqual([`released ${dueAt}`])
    expect(run.pass.heard.slice(-1)).toEqual(['suspended'])
    expect(await run.row()).toMatchObject({
      status: 'SUSPENDED',
      dueAt,
      waitsFor: ['event:approved'],
      leaseUntil: null,
    })
    expect(clock.pendingTimers).toBe(0)
  })

  it('waits until what was recorded has been announced', async () => {
    const { journal, turns } = await holdRun()
    journal.record(update.succeed('charge'))
    journal.idle()
    await untilQuiet()
    expect(turns).toEqual(['continue 1'])
  })

  it('is not worth while for what is due already: the store is asked instead', async () => {
    const { journal, clock, turns, pass, store } = await holdRun()
    journal.record(update.start('timer', 'WAIT', clock.now() + 5))
    clock.advance(10)
    journal.idle()
    await untilQuiet()
    expect(turns).toEqual(['continue 1'])
    clock.advance(1)
    await untilQuiet()
    expect(pass.heard).toEqual(['timer STARTED', 'timer SUCCEEDED'])
    expect(store.counts.renew).toBeLessThanOrEqual(1)
  })

  it('is taken back by a message that came in between, which is folded and announced', async () => {
    const run = await holdRun()
    const commit = holdUp(run)
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    await run.send('approved')
    commit.send()
    await untilQuiet()
    expect(run.journal.isHeld).toBe(true)
    expect(run.pass.heard).toEqual(['resumed', 'approved SUCCEEDED'])
    run.journal.flush()
    await untilQuiet()
    expect(await run.rows()).toMatchObject([{ name: 'approved', status: 'SUCCEEDED' }])
    expect((await run.row()).inboxPending).toBe(0)
  })

  it('is taken back by a message that nobody waits for as well, and comes about then', async () => {
    const run = await holdRun()
    const commit = holdUp(run)
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    await run.send('other')
    commit.send()
    await untilQuiet()
    run.journal.idle()
    await untilQuiet()
    expect(await run.row()).toMatchObject({ status: 'SUSPENDED', inboxSeq: 1, inboxPending: 1 })
  })

  it('starts nothing while it is on its way', async () => {
    const run = await holdRun()
    const commit = holdUp(run)
    run.journal.record(update.wait('approved'))
    expect(run.journal.mayStart()).toBe(true)
    run.journal.idle()
    expect(run.journal.mayStart()).toBe(false)
    commit.send()
    await untilQuiet()
    expect(run.journal.mayStart()).toBe(false)
  })

  it('is not tried again with what was wished before: what was parked may have started', async () => {
    const run = await holdRun()
    const { journal, pass, turns } = run
    pass.react = (what) => {
      // A body that was parked starts, and is still running when the journal goes on.
      if (what === 'resumed') expect(journal.mayStart()).toBe(true)
    }
    const commit = holdUp(run)
    journal.record(update.wait('approved'))
    journal.idle()
    await run.send('other')
    commit.send()
    await untilQuiet()
    expect(turns).toEqual(['suspend 1'])
    expect(journal.isHeld).toBe(true)
  })

  it('is not done on the word of a pass that has begun something since', async () => {
    const run = await holdRun()
    const { journal, turns } = run
    const commit = holdUp(run)
    journal.record(update.succeed('a'))
    journal.idle()
    // User code went on by itself, and a body runs now; the pass will say so when it is quiet.
    expect(journal.mayStart()).toBe(true)
    commit.send()
    await untilQuiet()
    expect(turns).toEqual(['continue 1'])
    expect(journal.isHeld).toBe(true)
  })

  it('of a run whose answer was lost is done: the repetition is a duplicate', async () => {
    const run = await holdRun({
      host: {
        commit: async (entry) => {
          const { answers } = await run.store.commit({ entries: [entry] })
          const again = await run.store.commit({ entries: [entry] })
          expect(answers[0]?.kind).toBe('applied')
          if (again.answers[0] === undefined) throw new Error('no answer')
          return again.answers[0]
        },
      },
    })
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    await untilQuiet()
    expect(run.told).toEqual(['released null'])
  })
})

describe('timers and messages', () => {
  it('of a held run are this process’s business: the store is asked when one is due', async () => {
    const { journal, clock, pass, turns } = await holdRun()
    journal.record(update.start('timer', 'WAIT', clock.now() + 500))
    journal.record(update.start('body', 'STEP'))
    journal.flush()
    await untilQuiet()
    clock.advance(499)
    await untilQuiet()
    expect(pass.heard).not.toContain('timer SUCCEEDED')
    clock.advance(1)
    await untilQuiet()
    expect(pass.heard).toContain('timer SUCCEEDED')
    // Announced at once; the row joins the next turn.
    expect(turns).toEqual(['continue 2'])
    journal.record(update.succeed('body'))
    journal.flush()
    await untilQuiet()
    expect(turns).toEqual(['continue 2', 'continue 2'])
  })

  it('that are over before their start is durable are announced with their own row: one more turn', async () => {
    const run = await holdRun()
    const { journal, clock, pass, turns } = run
    journal.record(update.start('none', 'WAIT', clock.now()))
    journal.record(update.wait('missed', clock.now()))
    journal.record(update.start('later', 'WAIT', clock.now() + 500))
    const commit = holdUp(run)
    journal.flush()
    await untilQuiet()
    expect(pass.heard).toEqual([])
    commit.send()
    await untilQuiet()
    expect(settled(pass)).toEqual(['none SUCCEEDED', 'missed TIMED_OUT'])
    expect(turns).toEqual(['continue 3'])
    journal.flush()
    await untilQuiet()
    clock.advance(500)
    await untilQuiet()
    expect(settled(pass)).toEqual(['none SUCCEEDED', 'missed TIMED_OUT', 'later SUCCEEDED'])
    expect(turns).toEqual(['continue 3'])
  })

  it('that fire while the turn before their start is on its way wait for their own turn', async () => {
    const run = await holdRun()
    const { journal, clock, pass } = run
    journal.record(update.succeed('before'))
    const first = holdUp(run)
    journal.flush()
    await untilQuiet()
    journal.record(update.start('timer', 'WAIT', clock.now() + 5))
    clock.advance(10)
    const second = holdUp(run)
    first.send()
    await untilQuiet()
    expect(settled(pass)).toEqual(['before SUCCEEDED'])
    journal.flush()
    await untilQuiet()
    expect(settled(pass)).toEqual(['before SUCCEEDED'])
    second.send()
    await untilQuiet()
    expect(settled(pass)).toEqual(['before SUCCEEDED', 'timer SUCCEEDED'])
  })

  it('that are over before their start is durable keep what came after them waiting, a cancel too', async () => {
    const run = await holdRun()
    const { journal, clock, pass } = run
    journal.record(update.wait('approved'))
    journal.record(update.start('body', 'STEP'))
    journal.flush()
    await untilQuiet()
    journal.record(update.start('none', 'WAIT', clock.now()))
    clock.advance(1)
    await run.send('approved')
    clock.advance(1)
    await run.control({ kind: 'cancel', reason: null })
    const commit = holdUp(run)
    await journal.look()
    await untilQuiet()
    expect(settled(pass)).toEqual([])
    commit.send()
    await untilQuiet()
    expect(settled(pass)).toEqual(['none SUCCEEDED', 'approved SUCCEEDED', 'cancel CANCELLED'])
  })

  it('count at their own time: an event that came first wins over a timeout that is noticed first', async () => {
    const run = await holdRun()
    const { journal, clock, pass } = run
    journal.record(update.wait('approved', clock.now() + 500))
    journal.record(update.start('body', 'STEP'))
    journal.flush()
    await untilQuiet()
    clock.advance(400)
    await run.send('approved')
    clock.advance(100)
    await untilQuiet()
    expect(pass.heard.at(-1)).toBe('approved SUCCEEDED')
  })

  it('that were announced wait for what settled before them', async () => {
    const run = await holdRun()
    const { journal, clock, pass } = run
    journal.record(update.start('timer', 'WAIT', clock.now()))
    journal.record(update.start('body', 'STEP'))
    journal.record(update.succeed('body'))
    const commit = holdUp(run)
    journal.flush()
    await untilQuiet()
    expect(pass.heard).toEqual([])
    commit.send()
    await untilQuiet()
    expect(pass.heard.filter((line) => line.endsWith('SUCCEEDED'))).toEqual([
      'body SUCCEEDED',
      'timer SUCCEEDED',
    ])
  })

  it('end one wait each: a message that came while others were read is not taken twice', async () => {
    const run = await holdRun({
      host: {
        messages: async (_, topics) => {
          // One more arrives after the store said how many there are, before they are read.
          if (topics[0]?.after === 0) await run.send('approved')
          const read = { namespace: 'main', executionId: 'order-42', runNo: 1, topics, maxBytes: 1_000_000 }
          return (await run.store.messages(read)).messages
        },
      },
    })
    const { journal, pass, warnings } = run
    for (const name of ['approved', 'two', 'three']) {
      journal.record({ ...update.wait(name), name: 'approved', occurrence: pass.heard.length + 1 })
    }
    journal.record(update.start('body', 'STEP'))
    journal.flush()
    await untilQuiet()
    await run.send('approved')
    await journal.look()
    await untilQuiet()
    await journal.look()
    await untilQuiet()
    journal.record(update.succeed('body'))
    journal.flush()
    await untilQuiet()
    expect(pass.heard.filter((line) => line === 'approved SUCCEEDED')).toHaveLength(2)
    expect(warnings).toEqual([])
    expect(run.told).toEqual([])
  })

  it('that were meant for another run are dropped with the next turn', async () => {
    const run = await holdRun()
    const { journal, store } = run
    const message = {
      kind: 'child',
      topic: 'child:op',
      runNo: 1,
      value: null,
      error: null,
      outcome: 'COMPLETED',
      dedupeId: null,
    } as const
    await store.append([{ to: { namespace: 'main', executionId: 'order-42' }, message }])
    journal.record(update.succeed('a'))
    journal.flush()
    await untilQuiet()
    expect((await run.row()).inboxPending).toBe(1)
  })

  it('that cannot be read cost the run its lease, and say so', async () => {
    const run = await holdRun({ host: { messages: () => Promise.reject(new Error('no connection')) } })
    run.journal.record(update.wait('approved'))
    run.journal.flush()
    await untilQuiet()
    await run.send('approved')
    await run.journal.look()
    await untilQuiet()
    expect(run.told).toEqual(['ended LEASE_LOST'])
    expect(run.warnings).toHaveLength(1)
  })
})

describe('a retry', () => {
  it('begins only when the failure before it is durable', async () => {
    const run = await holdRun()
    const { journal, pass, clock } = run
    const commit = holdUp(run)
    journal.record(update.retry('charge', clock.now()))
    journal.flush()
    await untilQuiet()
    expect(pass.heard).toEqual([])
    commit.send()
    await untilQuiet()
    expect(pass.heard).toEqual(['charge PENDING', 'charge READY'])
    expect(journal.lookup('op-charge')?.status).toBe('READY')
  })

  it('waits for its time, and lets the run go meanwhile', async () => {
    const run = await holdRun()
    const dueAt = run.clock.now() + 5_000
    run.journal.record(update.retry('charge', dueAt))
    run.journal.idle()
    await untilQuiet()
    expect(run.told).toEqual([`released ${dueAt}`])
    run.clock.advance(5_000)
    await run.resume()
    await untilQuiet()
    expect(run.pass.heard.slice(-2)).toEqual(['resumed', 'charge READY'])
  })

  it('is ready for whoever finds the run later', async () => {
    const run = await holdRun()
    run.journal.record(update.retry('charge', run.clock.now() + 5_000))
    run.journal.idle()
    await untilQuiet()
    run.clock.advance(5_000)
    const second = await run.restart()
    await untilQuiet()
    expect(second.journal.lookup('op-charge')?.status).toBe('READY')
    expect(second.pass.heard).toEqual(['charge READY'])
  })

  it('that fell due after a cancel is not made, however late anybody looks', async () => {
    const run = await holdRun()
    run.journal.record(update.retry('before', run.clock.now() + 1_000))
    run.journal.record(update.retry('after', run.clock.now() + 5_000))
    run.journal.idle()
    await untilQuiet()
    run.clock.advance(2_000)
    await run.control({ kind: 'cancel', reason: null })
    run.clock.advance(5_000)
    const { pass, journal } = await run.restart()
    await untilQuiet()
    expect(pass.heard).toEqual(['before READY', 'cancel CANCELLED'])
    expect(journal.lookup('op-after')?.status).toBe('PENDING')
  })
})

describe('going on', () => {
  it('with the same journal starts over with the numbers of the commits, not with those of the operations', async () => {
    const run = await holdRun()
    const { journal } = run
    journal.record(update.succeed('a'))
    journal.record(update.wait('approved'))
    journal.flush()
    await untilQuiet()
    journal.idle()
    await untilQuiet()
    const { applied } = await run.row()
    expect(journal.mark).toEqual(applied)
    await run.send('approved')
    await run.resume()
    await untilQuiet()
    expect(run.pass.heard.slice(-2)).toEqual(['resumed', 'approved SUCCEEDED'])
    journal.record(update.succeed('b'))
    journal.flush()
    await untilQuiet()
    expect(await run.rows()).toMatchObject([
      { name: 'a', settleSeq: 1 },
      { name: 'approved', settleSeq: 2 },
      { name: 'b', startSeq: 3, settleSeq: 3 },
    ])
    expect((await run.row()).applied?.commitSeq).toBe(1)
  })

  it('from what is stored knows what was settled, in order, and what is open', async () => {
    const run = await holdRun()
    const { journal, clock } = run
    journal.record(update.start('timer', 'WAIT', clock.now() + 500))
    journal.record(update.wait('approved'))
    journal.record(update.succeed('b'))
    journal.record(update.succeed('a'))
    journal.flush()
    await untilQuiet()
    journal.idle()
    await untilQuiet()
    clock.advance(500)
    const second = await run.restart({ attach: false })
    expect(second.journal.settlements.map(({ name }) => name)).toEqual(['b', 'a'])
    expect(second.journal.unfinished.map(({ name }) => name)).toEqual(['timer', 'approved'])
    second.journal.attach(second.pass)
    // The pass has them now.
    expect([...second.journal.settlements, ...second.journal.unfinished]).toEqual([])
    await untilQuiet()
    expect(second.pass.heard).toEqual(['timer SUCCEEDED'])
  })

  it('names its newest durable state', async () => {
    const run = await holdRun()
    const before = run.journal.checkpointToken
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    expect(run.journal.checkpointToken).not.toBe(before)
  })
})

describe('the end', () => {
  it('is one turn with what was recorded before it', async () => {
    const run = await holdRun()
    run.journal.record(update.succeed('a'))
    run.journal.finish(completed)
    await untilQuiet()
    expect(run.turns).toEqual(['finish 1'])
    expect(run.told).toEqual(['ended FINISHED COMPLETED'])
    expect(run.pass.heard).toEqual(['dropped FINISHED'])
    expect(await run.row()).toMatchObject({ status: 'COMPLETED', output: completed.output })
  })

  it('is decided again when a request has come in, which is announced first', async () => {
    const run = await holdRun()
    const { journal, pass } = run
    journal.record(update.succeed('a'))
    journal.flush()
    await untilQuiet()
    await run.control({ kind: 'cancel', reason: 'too late?' })
    journal.finish(completed)
    await untilQuiet()
    expect(pass.heard.slice(1).sort()).toEqual(['cancel CANCELLED', 'stale'])
    expect((await run.row()).status).toBe('RUNNING')
    journal.finish({ kind: 'cancelled' })
    await untilQuiet()
    expect((await run.row()).status).toBe('CANCELLED')
  })

  it('is decided again if the cancel came with the answer of a turn that was on its way: cancel wins', async () => {
    const run = await holdRun()
    const { journal, pass } = run
    journal.record(update.succeed('a'))
    journal.flush()
    await untilQuiet()
    journal.record(update.succeed('b'))
    const commit = holdUp(run)
    journal.flush()
    await untilQuiet()
    await run.control({ kind: 'cancel', reason: null })
    journal.finish(completed)
    commit.send()
    await untilQuiet()
    expect((await run.row()).status).toBe('RUNNING')
    expect(pass.heard).toContain('cancel CANCELLED')
    expect(pass.heard).toContain('stale')
  })

  it('is decided again then also if the cancel must wait for an outcome before it', async () => {
    const run = await holdRun()
    const { journal, pass } = run
    journal.record(update.succeed('a'))
    journal.flush()
    await untilQuiet()
    journal.record(update.succeed('b'))
    const commit = holdUp(run)
    journal.flush()
    await untilQuiet()
    await run.control({ kind: 'cancel', reason: null })
    journal.record(update.succeed('c'))
    journal.finish(completed)
    commit.send()
    await untilQuiet()
    expect((await run.row()).status).toBe('RUNNING')
    expect(pass.heard.filter((line) => !line.startsWith('stale'))).toEqual([
      'a SUCCEEDED',
      'b SUCCEEDED',
      'c SUCCEEDED',
      'cancel CANCELLED',
    ])
    expect(pass.heard).toContain('stale')
  })

  it('is decided again if the cancel was there from the start, beside messages that had to be read', async () => {
    const run = await holdRun()
    run.journal.record(update.succeed('a'))
    run.journal.record(update.wait('approved'))
    run.journal.flush()
    await untilQuiet()
    run.journal.idle()
    await untilQuiet()
    await run.send('approved')
    await run.control({ kind: 'cancel', reason: null })
    const second = await run.restart()
    // The code is faster than the store.
    second.journal.finish(completed)
    await untilQuiet()
    expect((await run.row()).status).toBe('RUNNING')
    expect(second.pass.heard).toContain('cancel CANCELLED')
  })

  it('comes about beside an event that nobody waits for any more', async () => {
    const run = await holdRun()
    const { journal } = run
    journal.record(update.wait('approved'))
    journal.record(update.start('body', 'STEP'))
    journal.flush()
    await untilQuiet()
    await run.send('approved')
    journal.record(update.succeed('body'))
    journal.record(update.cancel('approved', 'CALLBACK'))
    journal.finish(completed)
    await untilQuiet()
    if (run.pass.heard.includes('stale')) journal.finish(completed)
    await untilQuiet()
    expect((await run.row()).status).toBe('COMPLETED')
  })
})

describe('a run that somebody else holds', () => {
  it('is dropped at the first refusal, and nothing more is written', async () => {
    const run = await holdRun()
    run.clock.advance(30_000)
    await run.restart()
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    expect(run.pass.heard).toEqual(['dropped LEASE_LOST'])
    expect(run.told).toEqual(['ended LEASE_LOST'])
    expect(await run.rows()).toEqual([])
  })

  it('is dropped when the store is asked', async () => {
    const run = await holdRun()
    await run.control({ kind: 'terminate', reason: null })
    await run.journal.look()
    expect(run.told).toEqual(['ended TERMINATED'])
  })

  it('hears that it was terminated when it writes, and not that its lease was lost', async () => {
    const run = await holdRun()
    await run.control({ kind: 'terminate', reason: null })
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    expect(run.pass.heard).toEqual(['dropped TERMINATED'])
  })

  it('is dropped before anybody else can begin: no body starts when the lease is not surely ours', async () => {
    const run = await holdRun()
    run.clock.advance(27_999)
    expect(run.journal.mayStart()).toBe(true)
    run.clock.advance(1)
    expect(run.journal.mayStart()).toBe(false)
    expect(run.told).toEqual(['ended LEASE_LOST'])
    expect((await run.row()).status).toBe('RUNNING')
  })

  it('is dropped once, and hears of nothing after that', async () => {
    const run = await holdRun()
    const commit = holdUp(run)
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    run.journal.lose()
    run.journal.lose()
    run.journal.evict()
    commit.send()
    await untilQuiet()
    expect(run.told).toEqual(['ended LEASE_LOST'])
    expect(run.pass.heard).toEqual(['dropped LEASE_LOST'])
    expect(run.clock.pendingTimers).toBe(0)
  })

  it('is dropped if a turn could not be committed, and that is said', async () => {
    const run = await holdRun()
    run.store.once('commit', () => Promise.reject(new StoreError('disk full', { retryable: false })))
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    expect(run.told).toEqual(['ended LEASE_LOST'])
    expect(run.warnings).toEqual([expect.stringContaining('could not be committed')])
  })

  it('is set aside if the store refuses a turn for good: no other holder makes it again', async () => {
    const run = await holdRun()
    run.store.once('commit', async () => ({ answers: [{ kind: 'rejected', reason: 'a taken number' }] }))
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    expect(run.told).toEqual([expect.stringContaining('ended BLOCKED')])
    expect(run.warnings).toEqual([expect.stringContaining('a taken number')])
    const row = await run.row()
    expect(row).toMatchObject({ status: 'BLOCKED', blocked: { reason: 'CORRUPTED' }, leaseUntil: null })
    expect(row.blocked?.message).toContain('a taken number')
    expect(row.counters).toEqual({ startSeq: 0, settleSeq: 0 })
  })

  it('is dropped if the store refuses that as well', async () => {
    const run = await holdRun()
    for (let count = 0; count < 2; count += 1)
      run.store.once('commit', async () => ({ answers: [{ kind: 'rejected', reason: 'poison' }] }))
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    expect(run.told).toEqual(['ended LEASE_LOST'])
  })
})

describe('a pause', () => {
  it('starts nothing, and lets what was parked start when it is over', async () => {
    const run = await holdRun()
    const { journal, pass } = run
    journal.record(update.start('body', 'STEP'))
    journal.flush()
    await untilQuiet()
    await run.control({ kind: 'pause' })
    await journal.look()
    expect(journal.mayStart()).toBe(false)
    await run.control({ kind: 'resume' })
    await journal.look()
    expect(journal.mayStart()).toBe(true)
    expect(pass.heard.slice(-1)).toEqual(['resumed'])
  })

  it('does not keep an attempt from running whose start is durable', async () => {
    const run = await holdRun()
    await run.control({ kind: 'pause' })
    await run.journal.look()
    run.journal.stop()
    expect([run.journal.mayStart(), run.journal.mayStart(true)]).toEqual([false, true])
    run.clock.advance(28_000)
    expect(run.journal.mayStart(true)).toBe(false)
    expect(run.told).toEqual(['ended LEASE_LOST'])
  })

  it('lets the run go as paused', async () => {
    const run = await holdRun()
    await run.control({ kind: 'pause' })
    await run.journal.look()
    run.journal.idle()
    await untilQuiet()
    expect(await run.row()).toMatchObject({ status: 'PAUSED', leaseUntil: null })
  })
})

describe('a deadline', () => {
  it('ends the run whatever its code does', async () => {
    const run = await holdRun({ timeoutMs: 10_000 })
    run.journal.record(update.start('body', 'STEP'))
    run.journal.flush()
    await untilQuiet()
    run.clock.advance(10_000)
    await untilQuiet()
    expect(run.told).toEqual(['ended FINISHED TIMED_OUT'])
    expect(run.pass.heard.at(-1)).toBe('dropped FINISHED')
    expect(await run.row()).toMatchObject({ status: 'TIMED_OUT', error: { code: 'EXECUTION_TIMED_OUT' } })
  })

  it('that has passed before anybody takes the run ends it as well', async () => {
    const run = await holdRun({ timeoutMs: 10_000 })
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    await untilQuiet()
    run.clock.advance(20_000)
    const second = await run.restart()
    await untilQuiet()
    expect(second.told).toEqual(['ended FINISHED TIMED_OUT'])
  })
})

describe('a cancel', () => {
  it('is one entry of the journal, announced in its turn', async () => {
    const run = await holdRun()
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    await run.control({ kind: 'cancel', reason: 'enough' })
    await run.journal.look()
    run.journal.record(update.succeed('cleanup'))
    run.journal.flush()
    await untilQuiet()
    expect(run.pass.heard).toEqual(['a SUCCEEDED', 'cancel CANCELLED', 'cleanup SUCCEEDED'])
    expect(await run.rows()).toMatchObject([
      { name: 'a' },
      { name: 'cancel', type: 'EXECUTION', error: { message: 'enough' } },
      { name: 'cleanup' },
    ])
  })

  it('that is in the journal is not delivered a second time', async () => {
    const run = await holdRun()
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    await run.control({ kind: 'cancel', reason: 'enough' })
    await run.journal.look()
    run.journal.record(update.start('cleanup', 'WAIT', run.clock.now() + 5_000))
    run.journal.idle()
    await untilQuiet()
    run.journal.idle()
    await untilQuiet()
    run.clock.advance(5_000)
    const second = await run.restart({ attach: false })
    expect(second.journal.settlements.map(({ name }) => name)).toEqual(['a', 'cancel'])
    second.journal.attach(second.pass)
    await untilQuiet()
    expect(second.pass.heard).toEqual(['cleanup SUCCEEDED'])
  })

  it('ends the run when its grace is over', async () => {
    const run = await holdRun()
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    await run.control({ kind: 'cancel', reason: 'enough' })
    await run.journal.look()
    run.journal.flush()
    for (let second = 0; second < 6; second += 1) {
      run.clock.advance(9_999)
      await run.journal.look()
      await untilQuiet()
    }
    expect(run.told).toEqual([])
    run.clock.advance(6)
    await untilQuiet()
    expect(run.told).toEqual(['ended FINISHED CANCELLED'])
    expect(run.pass.heard.at(-1)).toBe('dropped FINISHED')
  })

  it('makes a run that lets go wake up when its grace ends', async () => {
    const run = await holdRun()
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    await run.control({ kind: 'cancel', reason: 'enough' })
    const requestedAt = run.clock.now()
    await run.journal.look()
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    await untilQuiet()
    run.journal.idle()
    await untilQuiet()
    expect(run.told).toEqual([`released ${requestedAt + 60_000}`])
  })
})

describe('code that does not fit', () => {
  it('gives the run up as blocked, with everything that was recorded', async () => {
    const run = await holdRun()
    run.journal.record(update.succeed('a'))
    run.journal.block({ reason: 'NON_DETERMINISTIC', message: 'the code has changed' })
    expect(run.pass.heard).toEqual(['dropped BLOCKED'])
    await untilQuiet()
    expect(run.told).toEqual(['ended BLOCKED: the code has changed'])
    expect(await run.row()).toMatchObject({
      status: 'BLOCKED',
      blocked: { reason: 'NON_DETERMINISTIC', message: 'the code has changed', build: 'b1' },
    })
    expect(await run.rows()).toHaveLength(1)
  })

  it('leaves a run that is being cancelled to code that can clean up, and all of its grace', async () => {
    const run = await holdRun()
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    await run.control({ kind: 'cancel', reason: 'enough' })
    await run.journal.look()
    run.journal.block({ reason: 'NON_DETERMINISTIC', message: 'the code has changed' })
    await untilQuiet()
    const cancel = { reason: 'enough' }
    expect(await run.row()).toMatchObject({ status: 'BLOCKED', decided: 'CANCELLED', control: { cancel } })
    expect(await run.rows()).toMatchObject([{ type: 'STEP' }, { type: 'EXECUTION', extras: null }])
  })

  it('lets a cancel go before a timeout that was on its way: the code cleans up', async () => {
    const run = await holdRun({ timeoutMs: 1_000 })
    const commit = holdUp(run)
    run.clock.advance(1_000)
    await run.journal.look()
    await untilQuiet()
    await run.control({ kind: 'cancel', reason: 'enough' })
    commit.send()
    await untilQuiet()
    expect(run.told).toEqual(['ended CLOSED'])
    expect(await run.row()).toMatchObject({
      status: 'PENDING',
      decided: 'CANCELLED',
      control: { cancel: { reason: 'enough' }, deadlineAt: null },
    })
  })

  it('found while the run is being let go of leaves nothing behind that looks alive', async () => {
    const run = await holdRun()
    const commit = holdUp(run)
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    await untilQuiet()
    run.journal.block({ reason: 'NON_DETERMINISTIC', message: 'the code has changed' })
    commit.send()
    await untilQuiet()
    expect(run.told).toEqual(['ended CLOSED'])
    expect((await run.row()).status).toBe('SUSPENDED')
  })
})

describe('a worker that stops', () => {
  it('gives a run up that wants to start something, as soon as nothing runs', async () => {
    const run = await holdRun()
    run.journal.record(update.succeed('a'))
    run.journal.stop()
    expect(run.journal.mayStart()).toBe(false)
    run.journal.flush()
    await untilQuiet()
    expect(run.told).toEqual([])
    run.journal.idle()
    await untilQuiet()
    expect(run.told).toEqual(['ended CLOSED'])
    expect(await run.row()).toMatchObject({ status: 'PENDING', leaseUntil: null })
    expect(await run.rows()).toHaveLength(1)
  })

  it('lets a run go as usual that only waits', async () => {
    const run = await holdRun()
    run.journal.stop()
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    await untilQuiet()
    expect(run.told).toEqual(['released null'])
  })

  it('loses nothing that was due when it took the run up', async () => {
    const run = await holdRun()
    run.journal.record(update.start('timer', 'WAIT', run.clock.now() + 500))
    run.journal.idle()
    await untilQuiet()
    run.clock.advance(500)
    const second = await run.restart({ attach: false })
    second.journal.stop()
    expect(second.pass.heard).toEqual([])
    second.journal.attach(second.pass)
    expect(second.pass.heard).toEqual(['timer SUCCEEDED'])
  })

  it('waits no longer at the end of its grace: what is recorded is kept, and the run given up', async () => {
    const run = await holdRun()
    run.journal.record(update.succeed('a'))
    run.journal.abandon()
    expect(run.pass.heard).toEqual(['dropped CLOSED'])
    await untilQuiet()
    expect(run.told).toEqual(['ended CLOSED'])
    expect(await run.rows()).toHaveLength(1)
    expect(await run.row()).toMatchObject({ status: 'PENDING', leaseUntil: null })
  })

  it('waits for the turn that is on its way', async () => {
    const run = await holdRun()
    const commit = holdUp(run)
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    run.journal.abandon()
    commit.send()
    await untilQuiet()
    expect(run.turns).toEqual(['continue 1', 'release 0'])
    expect(run.told).toEqual(['ended CLOSED'])
  })
})

describe('asking the store', () => {
  it('is done after the turn that is on its way, which may not know of what came in', async () => {
    const run = await holdRun()
    const { journal, pass } = run
    journal.record(update.wait('approved'))
    journal.record(update.start('body', 'STEP'))
    journal.flush()
    await untilQuiet()
    const answer = holdAnswer(run)
    journal.record(update.succeed('a'))
    journal.flush()
    await untilQuiet()
    await run.send('approved')
    await journal.look()
    expect(pass.heard).not.toContain('approved SUCCEEDED')
    answer.arrive()
    await untilQuiet()
    expect(pass.heard).toContain('approved SUCCEEDED')
  })

  it('is tried again until it answers, with one timer', async () => {
    const run = await holdRun()
    const { journal, clock, store, pass } = run
    let failures = 3
    store.around('renew', (call) => {
      failures -= 1
      return failures >= 0 ? Promise.reject(new StoreError('reset', { retryable: true })) : call()
    })
    journal.record(update.start('timer', 'WAIT', clock.now() + 500))
    journal.record(update.start('body', 'STEP'))
    journal.flush()
    await untilQuiet()
    clock.advance(500)
    for (let step = 0; step < 5; step += 1) {
      await untilQuiet()
      expect(clock.pendingTimers).toBeLessThanOrEqual(1)
      clock.advance(200)
    }
    await untilQuiet()
    expect(pass.heard).toContain('timer SUCCEEDED')
  })

  it('leaves no timer behind when the answer fails after a turn has set one', async () => {
    const run = await holdRun()
    const { journal, clock, store } = run
    const asked = gate()
    store.once('renew', async () => {
      await asked.promise
      throw new StoreError('reset', { retryable: true })
    })
    journal.record(update.start('timer', 'WAIT', clock.now() + 3_600_000))
    journal.flush()
    await untilQuiet()
    const looking = journal.lookSafely()
    journal.record(update.succeed('a'))
    journal.flush()
    await untilQuiet()
    journal.flush()
    expect(clock.pendingTimers).toBe(1)
    asked.open()
    await looking
    expect(clock.pendingTimers).toBe(1)
    journal.lose()
    expect(clock.pendingTimers).toBe(0)
  })

  it('means nothing for a lease that was taken since: an old refusal does not end the new one', async () => {
    const run = await holdRun()
    const { journal, store } = run
    const answered = gate<readonly HoldAnswer[]>()
    store.once('renew', () => answered.promise)
    const looking = journal.look()
    journal.record(update.wait('approved'))
    journal.idle()
    await untilQuiet()
    expect(run.told).toEqual(['released null'])
    await run.send('approved')
    await run.resume()
    answered.open([{ kind: 'fenced' }])
    await looking
    expect(journal.isHeld).toBe(true)
    expect(run.told).toEqual(['released null'])
  })

  it('never makes a newer request or message unseen', async () => {
    const run = await holdRun()
    const { journal, store, clock } = run
    let old: unknown
    store.once('renew', async (call) => {
      old = await call()
      return old
    })
    await journal.look()
    clock.advance(10)
    await run.control({ kind: 'pause' })
    await journal.look()
    expect(journal.mayStart()).toBe(false)
    store.once('renew', async () => old)
    await journal.look()
    expect(journal.mayStart()).toBe(false)
  })
})

describe('a run in the caller’s own code', () => {
  it('is never let go: waits block in this process', async () => {
    const run = await holdRun({ host: { isDirect: true } })
    const { journal, clock, pass, turns } = run
    journal.record(update.start('timer', 'WAIT', clock.now() + 5_000))
    journal.idle()
    await untilQuiet()
    expect(turns).toEqual(['continue 1'])
    expect(journal.isHeld).toBe(true)
    clock.advance(5_000)
    await untilQuiet()
    expect(pass.heard).toContain('timer SUCCEEDED')
  })
})

describe('a turn', () => {
  it('carries what the store needs to judge it', async () => {
    const run = await holdRun()
    const seen: CommitRequest[] = []
    run.store.around('commit', (call, [request]) => {
      seen.push(request as CommitRequest)
      return call()
    })
    await run.send('other')
    await run.journal.look()
    await untilQuiet()
    run.journal.record(update.succeed('a'))
    run.journal.flush()
    await untilQuiet()
    const { fence } = await run.row()
    expect(seen[0]?.entries[0]).toMatchObject({
      key: { namespace: 'main', executionId: 'order-42', runNo: 1 },
      fence,
      commitSeq: 1,
      leaseMs: 30_000,
      counters: { startSeq: 1, settleSeq: 1 },
      seen: { inboxSeq: 1, controlSeq: 0 },
    })
  })
})

describe('a run that is let go of and resumed in the same breath', () => {
  it('tells its pass of both, in that order', async () => {
    const again = (journal: HeldRun['journal']): void => {
      const { row } = journal
      const view = { now: journal.now(), inboxSeq: 0, control: row.control, leaseUntil: row.leaseUntil }
      journal.resume(row, view, run.clock.monotonic())
    }
    const run = await holdRun({ host: { released: again } })
    run.journal.record(update.wait('approved'))
    run.journal.idle()
    await untilQuiet()
    expect(run.pass.heard).toEqual(['suspended', 'resumed'])
  })
})

describe('a look that the end of its run overtakes', () => {
  it('loses no lease: the turn says what became of the run', async () => {
    const run = await holdRun()
    const asked = gate()
    run.store.once('renew', async (call) => {
      await asked.promise
      return call()
    })
    const looking = run.journal.look()
    const answer = holdAnswer(run)
    run.journal.finish(completed)
    await untilQuiet()
    asked.open()
    await looking
    answer.arrive()
    await untilQuiet()
    expect(run.told).toEqual(['ended FINISHED COMPLETED'])
  })
})

it('a turn that lets go of the run settles what was taken: a wait opened later asks for its name again', async () => {
  const asked: (readonly TopicRequest[])[] = []
  const run = await holdRun({
    host: {
      messages: async (_, topics) => {
        asked.push(topics)
        const { store } = run
        const key = { namespace: 'main', executionId: 'order-42', runNo: 1 }
        return (await store.messages({ ...key, topics, maxBytes: 1_000_000 })).messages
      },
    },
  })
  const { journal, pass } = run
  journal.record(update.wait('approved'))
  journal.record(update.wait('shipped'))
  journal.idle()
  await untilQuiet()
  pass.react = (what) => {
    if (what === 'approved SUCCEEDED') journal.idle()
  }
  await run.send('approved')
  await run.resume()
  await untilQuiet()
  expect(run.turns).toEqual(['suspend 2', 'suspend 1'])
  await run.send('shipped')
  await run.resume()
  await untilQuiet()
  journal.record({ ...update.wait('approved'), operationId: 'op-again', occurrence: 2 })
  journal.idle()
  await untilQuiet()
  await run.send('approved')
  await run.resume()
  await untilQuiet()
  expect(asked.at(-1)).toEqual([{ topic: 'event:approved', after: 0, limit: 1 }])
})
