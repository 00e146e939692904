import { expect } from 'vitest'
import { requirement } from '../requirement.js'
import { audit } from '../store/audit.js'
import { event, executionOf, newChild, operations } from '../store/builders.js'
import { family, suspended } from '../store/scenes.js'
import type { StoreRequirement, StoreTrial } from '../store/store-trial.js'
import { continueAsNew, finish } from '../store/turns.js'
import { meetAtOnce } from './interleave.js'
import { interleavings } from './interleavings.js'

/** What no order of whole calls can show: that calls are whole. */
export const atOnceRequirements: readonly StoreRequirement[] = [
  requirement(
    'INTERLEAVING-25',
    'what is asked at once is done as if one after the other, in some order',
    async (t) => {
      for (const { requirementId, meet } of interleavings) {
        await meetAtOnce(() => meet(t)).catch((error: unknown) => {
          throw new Error(`Who meets in ${requirementId}: ${String(error)}`, { cause: error })
        })
      }
    },
  ),

  requirement(
    'INTERLEAVING-26',
    'the end of a child is never seen without its outcome in the inbox of the parent',
    async (t) => {
      const { child } = await family(t)
      const held = await t.reclaim(child)
      await expectWhole(t, () => t.apply(held, { operations: operations(held, [{}]), turn: finish() }))
    },
  ),

  requirement('INTERLEAVING-27', 'a turn is never seen in part', async (t) => {
    const sleeping = await suspended(t, ['event:go'])
    const run = await t.hold()
    await t.send(run, event('approved'))
    await expectWhole(t, () =>
      t.apply(run, {
        operations: operations(run, [{}, {}, {}]),
        consumed: [{ inboxSeq: 1, operationId: 'wait' }],
        seen: { inboxSeq: 1, controlSeq: 0 },
        children: [newChild(run, 'spawn')],
        messages: [{ to: executionOf(sleeping), message: event('go') }],
        turn: continueAsNew(),
      }),
    )
    expect(await t.newest(run)).toMatchObject({ runNo: 2 })
  }),
]

/** Looks at all rows again and again while something is done. */
async function expectWhole(t: StoreTrial, act: () => Promise<unknown>): Promise<void> {
  let isOver = false
  const acting = act().finally(() => {
    isOver = true
  })
  acting.catch(() => {})
  while (!isOver) expect(audit(await t.rows())).toEqual([])
  await acting
}
