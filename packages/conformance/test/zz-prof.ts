import { memory } from '@perdure/memory'
import { checkRandomWorkflows } from '/work/main/packages/conformance/src/random/check-random-workflows.ts'
import { storePlace } from '/work/main/packages/conformance/src/random/place.ts'
const place = storePlace(async ({ clock }) => { const store = memory({ clock }); const { database } = store; return { store, probe: async () => database.rows(), destroy: () => store.close() } })
const t = process.cpuUsage()
const r = await checkRandomWorkflows(place, { runs: Number(process.env.RUNS ?? 500), seed: Number(process.env.SEED ?? 5), path: '' })
const u = process.cpuUsage(t)
console.log(r.programs, r.skipped, r.tookMs, u.user/1000, u.system/1000, r.operations)
