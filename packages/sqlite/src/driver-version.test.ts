import { describe, expect, it } from 'vitest'
import { crashReason, fittingDriver, type NodeVersions } from './driver-version.js'

const node20: NodeVersions = { node: '20.20.2', napi: '9' }
const node22: NodeVersions = { node: '22.23.3', napi: '10' }
const node24: NodeVersions = { node: '24.21.0', napi: '10' }
const node26: NodeVersions = { node: '26.10.0', napi: '10' }

describe('a driver that would crash the process', () => {
  it.each<[string, NodeVersions, string | undefined]>([
    ['12.11.1', node20, undefined],
    ['12.11.1', node22, undefined],
    ['12.11.1', { ...node24, node: '24.18.1' }, undefined],
    ['12.11.1', { ...node24, node: '24.19.0' }, 'makes Node.js v24.19.0 abort when it collects a statement'],
    ['12.11.1', node24, 'makes Node.js v24.21.0 abort when it collects a statement'],
    ['12.11.1', node26, undefined],
    ['13.2.0', node20, 'needs Node-API 10 and Node.js v20.20.2 has 9'],
    ['13.2.0', { node: '20.20.2' }, 'needs Node-API 10 and Node.js v20.20.2 has none'],
    ['13.2.0', node22, undefined],
    ['13.2.0', node24, undefined],
    ['14.0.0', node26, undefined],
  ])('%s on %o: %s', (driver, versions, why) => {
    expect(crashReason(driver, versions)).toBe(
      why === undefined ? undefined : `better-sqlite3 ${driver} ${why}`,
    )
  })

  it('is told with one that fits', () => {
    expect([node20, node22, node24].map(fittingDriver)).toEqual([
      'better-sqlite3@^12.11.1',
      'better-sqlite3@^13',
      'better-sqlite3@^13',
    ])
  })
})
