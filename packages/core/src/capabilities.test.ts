import { describe, expect, it } from 'vitest'
import {
  type CapabilitiesInput,
  capabilities,
  capabilityNames,
  hasCapability,
  requireCapability,
} from './capabilities.js'

describe('capabilities', () => {
  it('are the least where nothing is declared', () => {
    const manifest = capabilities({ adapter: 'files' })
    expect(manifest).toMatchObject({
      adapter: 'files',
      events: 'none',
      raceOrder: 'timestamps',
      pause: false,
    })
    expect(capabilityNames.filter((name) => hasCapability(manifest, name))).toEqual([])
    expect(manifest.limits).toEqual({
      maxPayloadBytes: 1_048_576,
      maxOperations: 100_000,
      maxInboxMessages: 10_000,
      minWaitMs: 0,
      maxWaitMs: 31_622_400_000,
    })
  })

  it('keep what is declared and cannot be changed', () => {
    const manifest = capabilities({ adapter: 'files', events: 'buffered', limits: { maxPayloadBytes: 10 } })
    expect(manifest.events).toBe('buffered')
    expect(manifest.limits.maxPayloadBytes).toBe(10)
    expect(Object.isFrozen(manifest) && Object.isFrozen(manifest.limits)).toBe(true)
  })

  it.each([
    [{ adapter: 'files', transaction: true }, 'did you mean "transactions"?'],
    [{ adapter: 'files', events: 'all' }, 'capabilities.events must be one of none, openWait, buffered'],
    [{ adapter: 'files', pause: 'yes' }, 'capabilities.pause must be one of false, true'],
    [{ adapter: 'files', limits: { maxOperations: -1 } }, 'capabilities.limits.maxOperations must be'],
    [{ adapter: 'files', limits: { maxBytes: 1 } }, 'capabilities.limits has the unknown key "maxBytes"'],
    [{ adapter: '' }, 'capabilities.adapter must be a name'],
  ])('refuse %o', (declared, message) => {
    expect(() => capabilities(declared as unknown as CapabilitiesInput)).toThrow(message)
  })
})

describe('requireCapability', () => {
  it('accepts a capability that the adapter has', () => {
    requireCapability(capabilities({ adapter: 'files', pause: true }), 'pause')
    requireCapability(capabilities({ adapter: 'files', events: 'openWait' }), 'events')
  })

  it('refuses one that it lacks, naming adapter and capability', () => {
    const manifest = capabilities({ adapter: 'files' })
    for (const name of capabilityNames) {
      expect(() => requireCapability(manifest, name)).toThrow(
        expect.objectContaining({
          code: 'UNSUPPORTED_OPERATION',
          details: { adapter: 'files', capability: name },
        }),
      )
    }
  })
})
