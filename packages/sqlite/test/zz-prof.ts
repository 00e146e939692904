import { checkRandomWorkflows, storePlace } from '@perdure/conformance'
import { sqlite } from '../src/sqlite-store.js'
import { probeFile } from './probe-file.js'
import { temporaryFile } from './temporary-file.js'
const place = storePlace(async ({ clock }) => {
    const { path, remove } = temporaryFile()
    const store = sqlite({ path, clock, synchronous: 'normal' })
    const destroy = async () => {
      await store.close()
      remove()
    }
    return { store, probe: async () => probeFile(path), destroy }
})
const t = process.cpuUsage()
const r = await checkRandomWorkflows(place, { runs: Number(process.env['RUNS'] ?? 100), seed: Number(process.env['SEED'] ?? 5) })
const u = process.cpuUsage(t)
console.log(r.programs, r.skipped, r.tookMs, u.user/1000, u.system/1000, r.operations)
