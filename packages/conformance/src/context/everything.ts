import { type DurableContextOps, isTerminal, type StepError } from '@perdure/core'
import type { ContextTrial } from './context-trial.js'
import type { Launched } from './launched.js'
import type { Counts } from './scenes.js'

/** A workflow that uses every operation there is, and whose result does not depend on when or how often it ran. */
export function everything(runs: Counts): (ctx: DurableContextOps, input: number) => Promise<unknown> {
  return async (ctx, input) => {
    const first = await ctx.step('first', () => runs.add('first') * 0 + input)
    const sides = await Promise.all([
      ctx.step('left', () => `left ${runs.add('left') * 0}`),
      ctx.step('right', async () => new Map([['right', runs.add('right') * 0]])),
    ])
    const failed = await ctx.tryStep('fails', () => {
      runs.add('fails')
      throw new RangeError('always')
    })
    const once = await ctx.step('once', () => `once ${runs.add('once') * 0}`, {
      semantics: 'atMostOnce',
      retry: { maxAttempts: 30, initialInterval: '10s', jitter: 'none' },
    })
    const effect = await ctx.sideEffect('effect', () => runs.add('effect') * 0 + 7)
    await ctx.sleep('nap', '10s')
    const event = ctx.waitForEvent<string>('go')
    const missed = await ctx.waitForEvent('never', { timeout: '10s', onTimeout: 'undefined' })
    const winner = await Promise.race([event, ctx.sleep('far away', '300d').then(() => 'timer')])
    const child = await ctx.runInChildContext('child', async (inner) => {
      const inside = await inner.step('inside', () => runs.add('inside') * 0 + 1)
      await inner.sleepUntil('until', ctx.now().getTime() + 10_000)
      return [
        inside,
        await inner.runInChildContext('deeper', (deeper) =>
          deeper.step('inside', () => runs.add('deep') * 0 + 2),
        ),
      ]
    })
    const attempts = await ctx.step(
      'retried',
      ({ attempt }) => {
        runs.add(`retried ${attempt}`)
        if (attempt < 3) throw new Error('again')
        return attempt
      },
      { retry: { maxAttempts: 3, initialInterval: '10s', jitter: 'none' } },
    )
    const cause = failed.ok ? undefined : ((failed.error as StepError).cause as Error).message
    return { first, sides, cause, once, effect, missed, winner, child, attempts }
  }
}

/** What the workflow above returns for an input. */
export function everythingFor(input: number): unknown {
  return {
    first: input,
    sides: ['left 0', new Map([['right', 0]])],
    cause: 'always',
    once: 'once 0',
    effect: 7,
    missed: undefined,
    winner: 'came',
    child: [1, 2],
    attempts: 3,
  }
}

/** So many rounds are more than any requirement needs. */
const patience = 100

/**
 * Does what the workflow waits for until it has ended: lets time pass, sends the event when it is awaited, and brings
 * up another process when one has died.
 */
export async function drive(
  t: ContextTrial,
  run: Launched<unknown>,
  isCrashed: () => boolean = () => false,
  recovered: () => void = () => {},
): Promise<void> {
  let isSent = false
  for (let round = 0; round < patience; round += 1) {
    if (isCrashed()) {
      recovered()
      await t.recover()
    }
    if (isTerminal(await run.status())) return
    if (!isSent && (await run.started()).includes('go')) {
      isSent = true
      await run.send('go', 'came')
    }
    await t.advance('10s')
  }
  throw new Error(`Execution ${run.executionId} is still ${await run.status()} after ${patience} rounds`)
}
