import {
  type CapabilityName,
  capabilityNames,
  capabilityOf,
  type DurableContextOps,
  hasCapability,
  isDurableError,
} from '@perdure/core'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import type { ContextRequirement, ContextTrial } from '../context-trial.js'

type Member = keyof typeof capabilityOf

const members = Object.keys(capabilityOf) as Member[]

export const capabilityRequirements: readonly ContextRequirement[] = [
  requirement(
    'CAPABILITY-01',
    'what the manifest lacks is refused by the context, naming adapter and capability',
    async (t) => {
      const lacking = members.filter((member) => isLacking(t, capabilityOf[member]))
      const found = await touchAll(t, lacking, true)
      for (const member of lacking) {
        expect([member, found[member]]).toEqual([
          member,
          { adapter: t.capabilities.adapter, capability: capabilityOf[member] },
        ])
      }
    },
  ),

  requirement(
    'CAPABILITY-02',
    'no member of the context is missing: it is there, or refuses by its capability',
    async (t) => {
      const found = await touchAll(t, members, false)
      for (const member of members) {
        if (found[member] === 'there') continue
        expect([member, found[member]]).toEqual([
          member,
          { adapter: t.capabilities.adapter, capability: capabilityOf[member] },
        ])
      }
    },
  ),

  requirement('CAPABILITY-03', 'what a body is given refuses in the same way', async (t) => {
    const run = await t.launch((ctx) =>
      ctx.step('a', async (step) => {
        const seen: unknown[] = []
        for (const touch of [
          () => step.heartbeat(),
          () => step.http,
          () => step.kv,
          () => step.lastHeartbeatDetails,
        ]) {
          seen.push(await refusalOf(async () => touch()))
        }
        return seen
      }),
    )
    const { adapter } = t.capabilities
    const capabilities = ['heartbeats', 'http', 'kv', 'heartbeats']
    for (const [index, seen] of (await run.result()).entries()) {
      if (seen !== 'there') expect(seen).toEqual({ adapter, capability: capabilities[index] })
    }
  }),

  requirement('CAPABILITY-04', 'a refusal can be caught, and the workflow goes on', async (t) => {
    const run = await t.launch(async (ctx) => {
      for (const member of members) await refusalOf(async () => ctx[member])
      return await ctx.step('a', () => 'goes on')
    })
    expect(await run.result()).toBe('goes on')
  }),

  requirement(
    'CAPABILITY-05',
    'without `cancel` in the manifest nothing is cancelled or terminated',
    async (t) => {
      const run = await t.launch((ctx) => ctx.sleep('nap', '1h'))
      if (hasCapability(t.capabilities, 'cancel')) {
        expect(await run.cancel()).toBe(true)
        return
      }
      for (const ask of [() => run.cancel(), () => run.terminate()]) {
        expect(await refusalOf(ask)).toEqual({ adapter: t.capabilities.adapter, capability: 'cancel' })
      }
      expect(await run.status()).toBe('SUSPENDED')
    },
  ),
]

function isLacking(t: ContextTrial, capability: string): boolean {
  const name = capabilityNames.find((each) => each === capability)
  return name !== undefined && !hasCapability(t.capabilities, name satisfies CapabilityName)
}

/** Touches members of a context; what each refused with, or that it is there. */
async function touchAll(
  t: ContextTrial,
  touched: readonly Member[],
  isCalled: boolean,
): Promise<Readonly<Record<string, unknown>>> {
  const run = await t.launch(async (ctx) => {
    const found: Record<string, unknown> = {}
    for (const member of touched) found[member] = await refusalOf(() => touch(ctx, member, isCalled))
    return found
  })
  return run.result()
}

/** A method refuses when it is touched or, at the latest, when it is called. */
async function touch(ctx: DurableContextOps, member: Member, isCalled: boolean): Promise<void> {
  if (!(member in ctx)) throw new Error(`${member} is missing`)
  const value: unknown = ctx[member]
  if (isCalled && typeof value === 'function') await value.call(ctx, 'probe')
}

/** What an UnsupportedOperationError says is lacking; `there` if nothing is. */
async function refusalOf(ask: () => Promise<unknown>): Promise<unknown> {
  try {
    await ask()
    return 'there'
  } catch (error) {
    if (!isDurableError(error, 'UNSUPPORTED_OPERATION')) throw error
    const { adapter, capability } = error.details
    return { adapter, capability }
  }
}
