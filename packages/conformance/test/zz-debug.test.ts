import { memory } from '@perdure/memory'
import { it } from 'vitest'
import { engineDriver } from '../src/context/engine-driver.js'
import { interceptStore } from '../src/faults/intercept-store.js'
import { checkRandomWorkflows } from '../src/random/check-random-workflows.js'

it('x', async () => {
  const place = { recoveryMs: 1200, open: async ({ logger, evicts }: any) => {
    console.log('=================')
    const driver = await engineDriver({ evict: evicts, leaseMs: 500, create: async ({ clock }: any) => {
      const inner = memory({ clock })
      const t0 = clock.now()
      const store = interceptStore(inner, async (call, apply) => {
        const answer: any = await apply()
        if (call.verb !== 'announce' && call.verb !== 'retire') console.log(clock.now() - t0, call.verb, JSON.stringify(call.verb === 'commit' ? (call.request as any).entries.map((e: any) => [e.commitSeq, e.turn.kind, e.fence.epoch, e.operations.map((o: any) => `${o.name}#${o.occurrence} ${o.status} ${o.attempt} ${o.dueAt && o.dueAt - t0}`)]) : call.verb === 'claim' ? (call.request as any).requestId.slice(0, 4) : ''), JSON.stringify(call.verb === 'claim' ? [answer.claimed.map((c: any) => [c.run.leaseUntil - t0, c.run.fence.nonce.slice(0,4)]), answer.nextAt - t0] : call.verb === 'commit' ? answer.answers.map((a: any) => [a.kind, a.leaseUntil && a.leaseUntil - t0]) : ''))
        return answer
      })
      return { store: { ...inner, ...store }, destroy: () => inner.close() }
    } })({ logger: { ...logger, warn: (m: string, d: any) => console.log('WARN', m, d?.error?.message) } })
    return { driver, audit: async () => [] }
  } }
  const [seed, ...path] = process.env['PERDURE_SEED']!.split(':')
  await checkRandomWorkflows(place as never, { runs: 3000, seed: Number(seed), path: path.join(':'), endOnFailure: true })
})
