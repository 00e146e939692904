import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createEngine, type ExecutionHandle } from '@perdure/engine'
import { describe, expect, onTestFinished, test } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import type { FromWorker, ToWorker, WorkerSetup } from './fixtures/worker-messages.js'
import { probeFile } from './probe-file.js'
import { type FixtureProcess, startFixture } from './support/child-process.js'
import { temporaryFile } from './temporary-file.js'

/*
 * In real time, because a frozen process and one that is killed exist in no other: no clock can be injected into what a
 * signal does. Nothing here sleeps; every wait is for something that a process says. The lease of 1.5 seconds is
 * some thirty times what a process needs to renew it, so only one that is frozen loses it.
 */
const lease = '1500ms'
const leaseMs = 1_500
const steps = 6

describe('a worker that is frozen beyond its lease', () => {
  test('in a body: another finishes the run, and the first stops itself when it wakes', async () => {
    const { path, effects, spawn, begin } = setUp()
    const a = spawn('a', { waitsIn: 3 })
    const b = spawn('b')
    const run = await begin(a)
    await a.hear(isBody(3))
    a.signal('SIGSTOP')
    await a.stopped()
    await startWorker(b)
    expect(await run.result()).toEqual(['a', 'a', 'b', 'b', 'b', 'b'])
    const answered = answersOf(a).length
    await wakeAndStop(a, path, async () => {
      expect(await a.hear(({ kind }) => kind === 'aborted')).toMatchObject({ step: 3, code: 'LEASE_LOST' })
      a.tell({ kind: 'go', step: 3 })
    })
    // It knows by its own clock: nothing of it reached the store to be refused.
    const written = answersOf(a)
      .slice(answered)
      .filter((answer) => !answer.startsWith('look'))
    expect(written).toEqual([])
    expect(effects()).toEqual(['a 1', 'a 2', 'a 3', 'b 3', 'b 4', 'b 5', 'b 6'])
    expectOneOrder(path)
  })

  test('just before it records an outcome, and woken while the other is in the middle: its write is refused', async () => {
    const { path, effects, spawn, begin } = setUp()
    const a = spawn('a', { freezesBeforeRecording: 3 })
    const b = spawn('b', { waitsIn: 5 })
    const run = await begin(a)
    await a.stopped()
    await startWorker(b)
    await b.hear(isBody(5))
    await wakeAndStop(a, path)
    expect(answersOf(a).at(-1)).toBe('commit fenced')
    b.tell({ kind: 'go', step: 5 })
    expect(await run.result()).toEqual(['a', 'a', 'b', 'b', 'b', 'b'])
    expect(effects()).toEqual(['a 1', 'a 2', 'a 3', 'b 3', 'b 4', 'b 5', 'b 6'])
    expectOneOrder(path)
  })

  test('with its clock, as on a machine that was suspended: it believes in its lease, and the store refuses it', async () => {
    const { path, effects, spawn, begin } = setUp()
    const a = spawn('a', { waitsIn: 3, isPausedWithMachine: true })
    const b = spawn('b', { waitsIn: 5 })
    const run = await begin(a)
    await a.hear(isBody(3))
    a.signal('SIGSTOP')
    await a.stopped()
    await startWorker(b)
    await b.hear(isBody(5))
    await wakeAndStop(a, path, async () => a.tell({ kind: 'go', step: 3 }))
    expect(answersOf(a).at(-1)).toMatch(/^(commit|renew|look) fenced$/)
    b.tell({ kind: 'go', step: 5 })
    expect(await run.result()).toEqual(['a', 'a', 'b', 'b', 'b', 'b'])
    expect(effects()).toEqual(['a 1', 'a 2', 'a 3', 'b 3', 'b 4', 'b 5', 'b 6'])
    expectOneOrder(path)
  })
})

test('a worker that is killed in a body is replaced when its lease has run out', async () => {
  const { path, effects, spawn, begin } = setUp()
  const a = spawn('a', { waitsIn: 3 })
  const b = spawn('b')
  const run = await begin(a)
  await a.hear(isBody(3))
  await startWorker(b)
  const killedAt = performance.now()
  a.signal('SIGKILL')
  await b.hear(isBody(3))
  const takeoverMs = performance.now() - killedAt
  console.log(`takeover ${takeoverMs.toFixed(0)} ms after SIGKILL with a lease of ${leaseMs} ms`)
  // It had at most the whole lease left. The rest is the margin of a busy machine.
  expect(takeoverMs).toBeLessThan(leaseMs + 2_000)
  expect(await run.result()).toEqual(['a', 'a', 'b', 'b', 'b', 'b'])
  expect(effects()).toEqual(['a 1', 'a 2', 'a 3', 'b 3', 'b 4', 'b 5', 'b 6'])
  expectOneOrder(path)
})

test('a worker that is asked to stop lets a running body end and the other go on at once', async () => {
  const { path, effects, spawn, begin } = setUp()
  // A takeover within the time of a test shows that the lease was given back.
  const a = spawn('a', { waitsIn: 3, lease: '3600s' })
  const b = spawn('b', { lease: '3600s' })
  const run = await begin(a)
  await a.hear(isBody(3))
  await startWorker(b)
  a.signal('SIGTERM')
  await a.hear(({ kind }) => kind === 'stopping')
  a.tell({ kind: 'go', step: 3 })
  await a.exited
  const stoppedAt = performance.now()
  await b.hear(isBody(4))
  console.log(
    `takeover ${(performance.now() - stoppedAt).toFixed(0)} ms after the end of a worker that was stopped`,
  )
  expect(await run.result()).toEqual(['a', 'a', 'a', 'b', 'b', 'b'])
  expect(effects()).toEqual(['a 1', 'a 2', 'a 3', 'b 4', 'b 5', 'b 6'])
  expectOneOrder(path, 1)
})

type WorkerProcess = FixtureProcess<FromWorker, ToWorker>

function setUp() {
  const { path, folder, remove } = temporaryFile()
  const engine = createEngine({ store: sqlite({ path }), logger: false })
  // What is registered last runs first: the processes have ended before the folder goes.
  onTestFinished(async () => {
    await engine.close()
    remove()
  })
  const effects = join(folder, 'effects.log')
  writeFileSync(effects, '')
  const spawned: WorkerProcess[] = []
  return {
    path,
    effects: () => readFileSync(effects, 'utf8').trim().split('\n'),
    spawn: (name: string, setup: Partial<WorkerSetup> = {}): WorkerProcess => {
      const whole: WorkerSetup = { name, path, effects, lease, steps, ...setup }
      const worker: WorkerProcess = startFixture('worker', whole)
      spawned.push(worker)
      return worker
    },
    /** A run that this worker claims: the others are there, and have not been told to start. */
    begin: async (worker: WorkerProcess): Promise<ExecutionHandle> => {
      for (const each of spawned) await each.hear(({ kind }) => kind === 'ready')
      const run = await engine.start('journey', { id: 'journey' })
      await startWorker(worker)
      return run
    },
  }
}

async function startWorker(worker: WorkerProcess): Promise<void> {
  worker.tell({ kind: 'start' })
  await worker.hear(({ kind }) => kind === 'started')
}

function isBody(step: number): (message: FromWorker) => boolean {
  return (message) => message.kind === 'body' && message.step === step
}

/** Wakes a frozen worker and stops it: nothing that it does in between may change what is stored of the run. */
async function wakeAndStop(worker: WorkerProcess, path: string, onceAwake = async () => {}): Promise<void> {
  const before = stored(path)
  const answered = worker.said.length
  worker.signal('SIGCONT')
  await onceAwake()
  await worker.hear(
    ({ kind, ...rest }) => kind === 'log' && 'executionId' in rest && rest.executionId === 'journey',
  )
  worker.tell({ kind: 'stop' })
  await worker.hear(({ kind }) => kind === 'stopped')
  await worker.exited
  const after = worker.said.slice(answered)
  const logged = after.flatMap((message) => (message.kind === 'log' ? [message.message] : []))
  expect(logged).toEqual([expect.stringContaining('A lease was lost')])
  expect(after.filter(({ kind }) => kind === 'body')).toEqual([])
  for (const message of after) if (message.kind === 'answer') expect(message.answer).toBe('fenced')
  expect(stored(path)).toEqual(before)
}

/** Everything but the rows of workers, which come and go. A renewal by the holder of now is none of the other's. */
function stored(path: string): unknown {
  const { runs, operations, inbox, relays } = probeFile(path)
  return {
    runs: runs.map(({ leaseUntil: _leaseUntil, claimAt: _claimAt, ...run }) => run),
    operations,
    inbox,
    relays,
  }
}

function answersOf(worker: WorkerProcess): string[] {
  return worker.said.flatMap((message) =>
    message.kind === 'answer' ? [`${message.verb} ${message.answer}`] : [],
  )
}

/** One linear journal: numbers without a gap, whoever wrote them. */
function expectOneOrder(path: string, recoveries = 1): void {
  const { runs, operations } = probeFile(path)
  const inOrder = [...operations].sort((a, b) => (a.settleSeq ?? 0) - (b.settleSeq ?? 0))
  expect(inOrder.map(({ settleSeq }) => settleSeq)).toEqual([1, 2, 3, 4, 5, 6])
  expect(inOrder.map(({ startSeq }) => startSeq)).toEqual([1, 2, 3, 4, 5, 6])
  expect(inOrder.map(({ name }) => name)).toEqual([1, 2, 3, 4, 5, 6].map((step) => `step ${step}`))
  expect(inOrder.every(({ status }) => status === 'SUCCEEDED')).toBe(true)
  const times = inOrder.map(({ endedAt }) => endedAt ?? 0)
  expect(times).toEqual([...times].sort((a, b) => a - b))
  expect(runs).toMatchObject([{ status: 'COMPLETED', counters: { startSeq: 6, settleSeq: 6 } }])
  expect(runs[0]?.fence.epoch).toBe(1 + recoveries)
}
