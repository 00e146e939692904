import { describe, expect, it } from 'vitest'
import { gate } from '../test/gate.js'
import { type HeldRun, holdRun, update } from '../test/held-run.js'
import { untilQuiet } from '../test/test-clock.js'
import { HeldLooks } from './held-looks.js'

interface Watched {
  readonly run: HeldRun
  readonly looks: HeldLooks
  readonly warnings: string[]
}

/** A run that waits for an event beside a body, and that is looked at. */
async function watched(): Promise<Watched> {
  const warnings: string[] = []
  const run = await holdRun()
  run.journal.record(update.wait('approved'))
  run.journal.flush()
  await untilQuiet()
  const { store, clock, journal } = run
  const looks = new HeldLooks(
    store,
    clock,
    () => [journal],
    (message) => warnings.push(message),
  )
  return { run, looks, warnings }
}

describe('a look at what is held', () => {
  it('writes nothing where nothing is new', async () => {
    const { run, looks } = await watched()
    const before = { ...run.store.counts }
    looks.look()
    await untilQuiet()
    expect(run.store.counts).toEqual({ ...before, look: before.look + 1 })
  })

  it('brings in a message, a cancel, and the loss of the lease', async () => {
    const { run, looks } = await watched()
    await run.send('approved')
    looks.look()
    await untilQuiet()
    expect(run.pass.heard).toContain('approved SUCCEEDED')
    await run.control({ kind: 'cancel', reason: null })
    looks.look()
    await untilQuiet()
    expect(run.pass.heard.at(-1)).toBe('cancel CANCELLED')
    await run.control({ kind: 'terminate', reason: null })
    looks.look()
    await untilQuiet()
    expect(run.pass.heard.at(-1)).toBe('dropped TERMINATED')
  })

  it('fetches no message that the run does not wait for', async () => {
    const run = await holdRun()
    const looks = new HeldLooks(
      run.store,
      run.clock,
      () => [run.journal],
      () => {},
    )
    await run.send('approved')
    const before = { ...run.store.counts }
    looks.look()
    await untilQuiet()
    expect(run.store.counts).toEqual({ ...before, look: before.look + 1 })
  })

  it('is followed by one more if something is said meanwhile: its answer may be too old', async () => {
    const { run, looks } = await watched()
    const answered = gate()
    run.store.once('look', async (call) => {
      const answer = await call()
      await answered.promise
      return answer
    })
    looks.look()
    await run.send('approved')
    for (let hint = 0; hint < 5; hint += 1) looks.look()
    answered.open()
    await untilQuiet()
    expect(run.store.counts.look).toBe(2)
    expect(run.pass.heard).toContain('approved SUCCEEDED')
  })

  it('that fails is tried again', async () => {
    const { run, looks, warnings } = await watched()
    run.store.once('look', () => Promise.reject(new Error('no connection')))
    await run.send('approved')
    looks.look()
    await untilQuiet()
    expect(warnings).toHaveLength(1)
    run.clock.advance(1_000)
    await untilQuiet()
    expect(run.pass.heard).toContain('approved SUCCEEDED')
  })

  it('means nothing to a lease that was taken since it was asked', async () => {
    const { run, looks } = await watched()
    const answered = gate<unknown>()
    run.store.once('look', () => answered.promise)
    looks.look()
    run.journal.idle()
    await untilQuiet()
    await run.send('approved')
    await run.resume()
    answered.open([{ kind: 'fenced' }])
    await untilQuiet()
    expect(run.journal.isHeld).toBe(true)
  })
})
