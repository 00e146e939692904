import { sqlite } from '../../sqlite/src/sqlite-store.js'
import { temporaryFile } from '../../sqlite/test/temporary-file.js'
for (const kind of ['file', 'memory', 'file', 'memory']) {
  const t = performance.now(); const c = process.cpuUsage()
  for (let i = 0; i < 100; i += 1) {
    const f = kind === 'file' ? temporaryFile() : undefined
    const s = sqlite({ path: f?.path ?? ':memory:', synchronous: 'normal' })
    await s.open(); await s.close(); f?.remove()
  }
  const u = process.cpuUsage(c)
  console.log(kind, (performance.now() - t) / 100, 'ms', (u.user + u.system) / 100000, 'cpu ms')
}
