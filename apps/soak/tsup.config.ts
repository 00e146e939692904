import { defineConfig } from 'tsup'

// Three programs: main is what `npm run soak` starts, the others are the processes that it spawns.
export default defineConfig({
  entry: ['src/main.ts', 'src/worker.ts', 'src/client.ts'],
  format: ['esm'],
  target: 'es2022',
  platform: 'node',
  sourcemap: true,
  clean: true,
  silent: true,
})
