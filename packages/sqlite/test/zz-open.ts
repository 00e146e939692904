import { sqlite } from '../src/sqlite-store.js'
import { temporaryFile } from './temporary-file.js'
const t = performance.now()
const parts = [0,0,0,0]
for (let i = 0; i < 50; i++) {
  let a = performance.now()
  const f = temporaryFile(); let b = performance.now(); parts[0]! += b - a
  const store = sqlite({ path: f.path, synchronous: 'normal' })
  await store.open(); a = performance.now(); parts[1]! += a - b
  await store.close(); b = performance.now(); parts[2]! += b - a
  f.remove(); a = performance.now(); parts[3]! += a - b
}
console.log(performance.now() - t, parts)
