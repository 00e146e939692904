import { setTimeout as delay } from 'node:timers/promises'
import type { Script } from './script.js'
import type { Witness } from './witness.js'

/** One step after the other, some of which fail at first. */
export const steps: Script = async (ctx, witness) => {
  const values: string[] = []
  const count = 3 + Math.floor(ctx.random() * 4)
  for (let index = 1; index <= count; index += 1) {
    const workMs = Math.floor(ctx.random() * 120)
    const retry = { maxAttempts: 10, initialInterval: 40 }
    values.push(await witness.step(`step ${index}`, { workMs, failing: 0.15, retry }))
  }
  return values
}

/** Long enough for two holders to be in the middle of it, and to be begun beside poison again and again. */
export const journey: Script = async (ctx, witness) => {
  const values: string[] = []
  for (let index = 1; index <= 15; index += 1) {
    values.push(await witness.step(`leg ${index}`, { workMs: 100 + ctx.random() * 300 }))
  }
  return values
}

/** Steps that must not be tried again after a crash without being asked to. */
export const payment: Script = async (ctx, witness) => {
  const order = await witness.step('order')
  const options = { semantics: 'atMostOnce', retry: { maxAttempts: 3, initialInterval: 50 } } as const
  const charge = await witness.tryStep('charge', {
    ...options,
    workMs: 100 + ctx.random() * 400,
    failing: 0.1,
  })
  if (charge === undefined) return { order, paid: false }
  const receipt = await witness.tryStep('receipt', { ...options, workMs: 50 })
  return { order, paid: true, charge, receipt }
}

/** Side by side: steps, child contexts with steps of their own, and readings. */
export const fan: Script = async (ctx, witness) => {
  const branch = (name: string): Promise<string[]> =>
    ctx.runInChildContext(name, async (child) => {
      const own = witness.inside(child)
      const first = await own.step(`${name} first`, { workMs: 30 })
      const reading = await child.sideEffect(`${name} reading`, () => Math.random())
      own.told(`${name} reading`, String(reading))
      return [first, await own.step(`${name} second`, { workMs: 80 })]
    })
  const together = await Promise.all([
    branch('left'),
    branch('right'),
    witness.step('alone', { workMs: ctx.random() * 200 }),
    witness.step('also alone', {
      workMs: ctx.random() * 200,
      semantics: 'atMostOnce',
      retry: { maxAttempts: 5 },
    }),
  ])
  return together.flat()
}

/** Attempts that overrun their time and pay no heed to their signal. */
export const outside: Script = async (ctx, witness) => {
  const call = (name: string): Promise<string | undefined> =>
    witness.tryStep(name, {
      workMs: 40 + ctx.random() * 160,
      attemptTimeout: '150ms',
      retry: { maxAttempts: 4, initialInterval: 30 },
    })
  return [await call('request'), await call('confirmation')]
}

/** Waits on something that is not durable, while something durable is open: code that goes on by itself. */
export const stray: Script = async (ctx, witness) => {
  await witness.step('before')
  const rest = witness.sleep('rest', 200 + Math.floor(ctx.random() * 400))
  await delay(50 + ctx.random() * 300)
  const behind = await witness.step('behind the back')
  await rest
  return behind
}

/** Long enough for somebody to end it in the middle. */
export const terminated: Script = async (_ctx, witness) => longWork(witness)

/** Long enough to be broken in the middle. */
export const damaged: Script = async (_ctx, witness) => longWork(witness)

async function longWork(witness: Witness): Promise<string> {
  for (let index = 1; index <= 6; index += 1) {
    await witness.step(`part ${index}`, { workMs: 100 })
    await witness.sleep(`pause ${index}`, 200)
  }
  return 'all parts'
}
