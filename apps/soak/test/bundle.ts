import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { build } from 'tsup'

const soakRoot = fileURLToPath(new URL('..', import.meta.url))

/**
 * Bundles the programs of the soak from the sources of all packages, and answers the main one. They are started some
 * thirty times in half a minute: compiling TypeScript each time would cost more than all that they do.
 */
export async function bundleSoak(): Promise<string> {
  // Below the folder of the app, so that its dependencies are found.
  const outDir = path.join(soakRoot, 'node_modules/.cache/soak-test')
  await build({
    config: false,
    silent: true,
    entry: ['main', 'worker', 'client'].map((name) => path.join(soakRoot, `src/${name}.ts`)),
    outDir,
    format: 'esm',
    target: 'node20',
    clean: true,
    noExternal: [/^@perdure\//],
    external: ['better-sqlite3', 'cli-table3'],
    esbuildOptions: (options) => {
      options.conditions = ['perdure-source']
    },
  })
  return path.join(outDir, 'main.js')
}
