import type { Options } from 'tsup'

/** How every published package is built: ES modules and CommonJS, each with its own declarations. */
export function packageBuild(entry: Record<string, string>, more: Options = {}): Options {
  return {
    entry,
    format: ['esm', 'cjs'],
    // Declarations are checked against the built packages, as a user of them would see them.
    dts: { compilerOptions: { customConditions: [] } },
    target: 'es2022',
    platform: 'node',
    sourcemap: true,
    clean: true,
    silent: true,
    ...more,
  }
}
