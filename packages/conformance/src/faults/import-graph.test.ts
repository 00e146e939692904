import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'

const packages = resolve(dirname(fileURLToPath(import.meta.url)), '../../..')

describe('the faults sub-path', () => {
  it('imports no test runner, whatever it imports on the way', () => {
    const { files, others } = importsOf(resolve(packages, 'conformance/src/faults/index.ts'))
    expect(files.size).toBeGreaterThan(10)
    expect([...others].filter((name) => !name.startsWith('node:'))).not.toContain('vitest')
    expect([...others].filter((name) => /vitest|jest|mocha|node:test|chai/.test(name))).toEqual([])
  })

  it('would be found out if it did', () => {
    const { others } = importsOf(resolve(packages, 'conformance/src/index.ts'))
    expect(others).toContain('vitest')
  })
})

/** All our files that one file leads to, and all else that they import. Imports of types alone vanish. */
function importsOf(entry: string): { readonly files: Set<string>; readonly others: Set<string> } {
  const files = new Set<string>()
  const others = new Set<string>()
  const visit = (file: string): void => {
    if (files.has(file)) return
    files.add(file)
    for (const specifier of specifiersIn(readFileSync(file, 'utf8'))) {
      const next = resolveOurs(file, specifier)
      if (next === undefined) others.add(specifier)
      else visit(next)
    }
  }
  visit(entry)
  return { files, others }
}

function specifiersIn(source: string): readonly string[] {
  const statements = source.matchAll(/^(?:import|export)\s+(?!type\b)(?:[^'"]*?\sfrom\s+)?'([^']+)'/gm)
  return [...statements].map(([, specifier]) => specifier ?? '')
}

function resolveOurs(file: string, specifier: string): string | undefined {
  if (specifier.startsWith('.')) return resolve(dirname(file), specifier.replace(/\.js$/, '.ts'))
  const [scope, name, sub] = specifier.split('/')
  if (scope !== '@perdure' || name === undefined) return undefined
  const source = resolve(packages, name, 'src', sub ?? '', 'index.ts')
  return existsSync(source) ? source : undefined
}
