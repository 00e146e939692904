import { setTimeout as delay } from 'node:timers/promises'
import type { Script } from './script.js'

/** How a process ends that a poisoned body ends by itself. */
export const poisonExitCode = 13

/** Kills its process: at once or a little later, by an exit or by a signal, as its first operation or not. */
export const poison: Script = async (ctx, witness) => {
  if (ctx.random() < 0.5) await witness.step('harmless')
  const afterMs = ctx.random() < 0.5 ? 0 : ctx.random() * 300
  const byExit = ctx.random() < 0.5
  return ctx.step('poison', async (step) => {
    witness.began(step, false)
    await delay(afterMs)
    if (byExit) process.exit(poisonExitCode)
    process.kill(process.pid, 'SIGKILL')
    // The signal is on its way.
    await delay(10_000)
  })
}
