import type { VirtualClock } from '@perdure/conformance'

/** How many turns of the event loop a chain of acts may take: a commit lane, a claim, a pass. */
const turns = 40

/** Let everything that can go on without time passing do so. */
export async function settled(): Promise<void> {
  for (let turn = 0; turn < turns; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}

/** Let virtual time pass, timer by timer; whatever a timer sets off is done before the next one fires. */
export async function elapse(clock: VirtualClock, ms: number): Promise<void> {
  await settled()
  for (let left = ms; left > 0; ) {
    const step = Math.min(left, clock.nextTimerMs ?? left)
    clock.advance(step)
    left -= step
    await settled()
  }
}

/** Let virtual time pass until this is settled. */
export async function awaited<T>(clock: VirtualClock, promise: Promise<T>, atMostMs = 3_600_000): Promise<T> {
  let isOver = false
  const over = promise.finally(() => {
    isOver = true
  })
  over.catch(() => {})
  await settled()
  for (let left = atMostMs; !isOver; ) {
    const step = clock.nextTimerMs
    if (step === null || step > left)
      throw new Error(`nothing happened within ${atMostMs} virtual milliseconds`)
    clock.advance(step)
    left -= step
    await settled()
  }
  return over
}
