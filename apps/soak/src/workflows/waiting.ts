import { longestWaitMs } from '../settings.js'
import type { Script } from './script.js'

/** Sleeps and works in turns. */
export const sleeper: Script = async (ctx, witness) => {
  for (let index = 1; index <= 3; index += 1) {
    await witness.sleep(`night ${index}`, 50 + Math.floor(ctx.random() * 1_000))
    await witness.step(`day ${index}`)
  }
  return 'rested'
}

/** Works through what a client sends it. */
export const listener: Script = async (_ctx, witness) => {
  const heard: (string | null)[] = []
  for (let index = 1; index <= 2; index += 1) {
    const event = await witness.event('go', `go ${index}`, longestWaitMs)
    heard.push(event?.eventId ?? null)
    await witness.step(`work ${index}`, { workMs: 40 })
  }
  return heard
}

/** One event a run: each run of the execution is sent its own, under the same id for deduplication. */
export const rerun: Script = async (_ctx, witness) => {
  const event = await witness.event('go', 'go', longestWaitMs)
  await witness.step('work', { workMs: 40 })
  return event?.eventId ?? null
}

/** Sleep against step: whoever came first stays first. Promises made of durable ones are left alone, also when they fail. */
export const race: Script = async (ctx, witness) => {
  void ctx.sleep('limit', '1h').then(() => 'too late')
  void ctx.step('doomed', () => Promise.reject(new Error('doomed'))).then(() => 'never')
  void ctx.waitForEvent('never', { timeout: '150ms' }).then(() => 'never')
  const timer = ctx.sleep('timer', 40 + Math.floor(ctx.random() * 160)).then(() => 'timer')
  const work = witness.step('work', { workMs: 40 + ctx.random() * 160 })
  const winner = await Promise.race([timer, work.then(() => 'work')])
  witness.told('winner', winner)
  await witness.step('afterwards')
  await Promise.all([timer, work])
  return winner
}

/** Waits for as long as it takes: no timer of its own makes anybody look at it. */
export const called: Script = async (_ctx, witness) => {
  const event = await witness.event('go', 'call')
  await witness.step('answer')
  return event?.eventId ?? null
}

/** Waits for what never comes. */
export const forever: Script = async (ctx, witness) => {
  await witness.step('before')
  return ctx.waitForEvent('never')
}

/** A charge that is given back when the run is cancelled. */
export const refund: Script = async (_ctx, witness) => {
  try {
    const charge = await witness.step(chargeStep, { workMs: 100 })
    await witness.event('never', 'approval', longestWaitMs)
    return charge
  } catch (error) {
    await witness.step(refundStep)
    throw error
  }
}

export const chargeStep = 'charge'
export const refundStep = 'refund'
