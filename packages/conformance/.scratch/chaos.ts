import { memory } from '@perdure/memory'
import { seededRandom } from '@perdure/core'
import { EngineTrial, workflow, leaseMs } from '../src/engine/engine-trial.js'
import { everything, everythingFor } from '../src/context/everything.js'
import { Counts } from '../src/context/scenes.js'
import { injectFaults } from '../src/faults/fault.js'
import { randomFaults } from '../src/faults/fault-plans.js'
import { audit } from '../src/store/audit.js'

const from = Number(process.argv[2] ?? 1), to = Number(process.argv[3] ?? 50)
const kinds = (process.argv[4] ?? 'failBefore,failAfter,delay,duplicate').split(',')
const p = Number(process.argv[5] ?? 0.08)
process.on('unhandledRejection', (e) => { console.log('UNHANDLED', e); process.exit(2) })
for (let seed = from; seed <= to; seed += 1) {
  let db: any
  const t = await EngineTrial.open(async ({ clock }) => {
    const store = memory({ clock })
    db = store.database
    return { store, another: async () => memory({ clock, database: db }), destroy: () => store.close() }
  })
  const logs: string[] = []
  const log = (l: string) => (m: string, d: any) => void logs.push(`${l} ${m} ${d?.error ?? ''}`)
  const logger = { debug: log('d'), info: log('i'), warn: log('w'), error: log('e') }
  const random = seededRandom(`chaos ${seed}`)
  const runs = new Counts()
  const N = 6
  const wf = workflow(async (ctx: any, i: number) => everything({ add: (n: string) => runs.add(`${i} ${n}`), of: runs.of.bind(runs) } as any)(ctx, i))
  const clean = await t.process({ worker: false })
  const procs: any[] = []
  const spawn = async (k: number) => {
    const faults = kinds.map((kind) => (kind === 'delay' ? { kind, delayMs: 1 + Math.floor(random.next() * 15000) } : { kind })) as any
    const plan = randomFaults({ seed: `${seed} ${k}`, probability: p, faults, verbs: ['claim', 'commit', 'renew', 'load', 'messages', 'read', 'relay', 'announce'] as any })
    let proc: any
    proc = await t.process({ workflows: [wf], logger, worker: false, build: 'same',
      intercept: injectFaults(plan, { clock: t.clock, crash: () => proc.kill() }) })
    const start = () => proc.engine.createWorker({ lease: leaseMs, maxWarm: random.next() < 0.5 ? 0 : 100, concurrency: 1 + Math.floor(random.next() * 5) }).start()
    void (async () => { for (;;) { try { await start(); return } catch { if (proc.dead) return; await new Promise<void>((r) => t.clock.schedule(500, r)) } } })()
    procs.push(proc)
  }
  let k = 0
  for (; k < 2; k += 1) await spawn(k)
  await clean.engine.startMany('trial', Array.from({ length: N }, (_, i) => ({ id: `x${i}`, input: i, version: '1' })) as any)
  const sent = new Set<number>()
  let crashes = 0
  let ok = false
  for (let round = 0; round < 400; round += 1) {
    await t.advance(1000 + Math.floor(random.next() * 4000))
    for (let i = 0; i < N; i += 1) if (!sent.has(i) && (await clean.engine.history(`x${i}`)).some((e: any) => e.kind === 'OperationStarted' && e.name === 'go')) { sent.add(i); await clean.engine.sendEvent(`x${i}`, 'go', 'came') }
    if (kinds.includes('kill') && random.next() < 0.1 && crashes < 10) { crashes += 1; procs.shift().kill(); await spawn(k++) }
    const { executions } = await clean.engine.list({ limit: 100 })
    if (executions.every((e: any) => ['COMPLETED', 'FAILED'].includes(e.status))) { ok = true; break }
  }
  const bad: string[] = []
  if (!ok) bad.push('not finished: ' + JSON.stringify((await clean.engine.list()).executions.map((e: any) => [e.executionId, e.status, e.blocked])))
  else for (let i = 0; i < N; i += 1) {
    const r = await (await clean.engine.get(`x${i}`)).result().catch((e: any) => e)
    const { isDeepStrictEqual } = await import('node:util')
    if (!isDeepStrictEqual(r, everythingFor(i))) bad.push(`x${i}: ${r?.cause ?? JSON.stringify(r)}`)
  }
  const multi = runs.names.filter((n) => runs.of(n) > 1)
  const rows = db.rows()
  const findings = (audit as any)(rows)
  if (findings.length) bad.push('audit ' + findings.join('; '))
  if (bad.length) { console.log('SEED', seed, bad.join('\n'), '\n', [...new Set(logs.filter((l) => l.startsWith('e') || /given up|refused/.test(l)))].slice(0, 10).join('\n')) }
  else if (seed % 10 === 0) console.log('ok', seed, 'multi', multi.length, 'warn', logs.length)
  await t.close()
}
