import { memory } from '@perdure/memory'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../virtual-clock.js'
import { SimulatedProcess } from './simulated-process.js'

const anything = { namespace: 'main', executionId: 'one' }

describe('a simulated process', () => {
  it('passes calls and timers on while it lives', async () => {
    const clock = new VirtualClock()
    const alive = new SimulatedProcess(memory({ clock }), clock)
    const fired: string[] = []
    alive.clock.schedule(1_000, () => fired.push('timer'))
    clock.advance(1_000)
    expect(fired).toEqual(['timer'])
    expect(await alive.store.read([anything])).toEqual([null])
    expect(alive.clock.now()).toBe(clock.now())
  })

  it('never answers and never fires a timer once it was killed', async () => {
    const clock = new VirtualClock()
    const killed = new SimulatedProcess(memory({ clock }), clock)
    const happened: string[] = []
    killed.clock.schedule(1_000, () => happened.push('timer'))
    const asked = killed.store.read([anything])
    killed.kill()
    void asked.then(() => happened.push('answer before'))
    void killed.store.read([anything]).then(() => happened.push('answer after'))
    killed.clock.schedule(1_000, () => happened.push('timer after'))
    clock.advance(5_000)
    await killed.quiet()
    await new Promise<void>((resolve) => setImmediate(resolve))
    expect(happened).toEqual([])
    expect(clock.pendingTimers).toBe(0)
  })

  it('leaves undone what it asked for too late, and the data to others', async () => {
    const clock = new VirtualClock()
    const store = memory({ clock })
    let reached = 0
    const dying: SimulatedProcess = new SimulatedProcess(store, clock, (_call, apply) => {
      dying.kill()
      reached += 1
      return apply()
    })
    void dying.store.retire({ namespace: 'main', workerId: 'w' })
    await dying.store.close()
    await dying.quiet()
    expect(reached).toBe(1)
    expect(await new SimulatedProcess(store, clock).store.read([anything])).toEqual([null])
  })

  it('is quiet while a call is held back, and not while the store works on one', async () => {
    const clock = new VirtualClock()
    let release = (): void => {}
    const held = new Promise<void>((resolve) => {
      release = resolve
    })
    const store = memory({ clock })
    let isRead = false
    const slow = { ...store, read: () => held.then(() => [null]).finally(() => (isRead = true)) }
    const working = new SimulatedProcess(slow, clock)
    void working.store.read([anything])
    const quiet = working.quiet().then(() => isRead)
    setImmediate(release)
    expect(await quiet).toBe(true)
    const holding = new SimulatedProcess(store, clock, () => new Promise(() => {}))
    void holding.store.read([anything])
    await holding.quiet()
  })
})
