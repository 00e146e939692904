import type * as Core from '@perdure/core'
import type { Store } from '@perdure/core'
import { afterAll, describe, expect, it, vi } from 'vitest'
import { checkEngine } from '../../src/engine/engine-conformance.js'
import { engineRequirements } from '../../src/engine/engine-requirements.js'
import type { VirtualClock } from '../../src/virtual-clock.js'
import { type EngineMutant, type EngineParts, engineMutants } from './engine-mutants.js'
import { groupOf, hunt, leading, report } from './hunt.js'
import { createMutant } from './store-mutant.js'

const living = vi.hoisted((): { mutant: EngineMutant | undefined } => ({ mutant: undefined }))

interface Trials {
  settledStep(name: string): void
  survived(name: string): void
}

vi.mock('@perdure/core', async (importOriginal) => {
  const core = await importOriginal<typeof Core>()
  const captureHome: typeof core.captureHome = () => (living.mutant?.core?.captureHome ?? core.captureHome)()
  return { ...core, captureHome }
})

vi.mock('../../../engine/src/poll.js', async (importOriginal) => {
  const intact = await importOriginal<EngineParts>()
  const poll: typeof intact.poll = (...args) => (living.mutant?.engine?.poll ?? intact.poll)(...args)
  return { ...intact, poll }
})

vi.mock('../../../engine/src/local-bus.js', async (importOriginal) => {
  const intact = await importOriginal<EngineParts>()
  const concerns: typeof intact.concerns = (...args) =>
    (living.mutant?.engine?.concerns ?? intact.concerns)(...args)
  return { ...intact, concerns }
})

vi.mock('../../../engine/src/shared-store.js', async (importOriginal) => {
  const { SharedStore } = await importOriginal<{ SharedStore: { join(store: Store): unknown } }>()
  const join = (store: Store): unknown => SharedStore.join(living.mutant?.engine?.shareAs?.(store) ?? store)
  return { SharedStore: { join } }
})

vi.mock('../../../engine/src/fold.js', async (importOriginal) => {
  const intact = await importOriginal<EngineParts>()
  const foldInOrder: EngineParts['foldInOrder'] = (happenings) =>
    (living.mutant?.engine?.foldInOrder ?? intact.foldInOrder)(happenings)
  return { foldInOrder }
})

vi.mock('../../../engine/src/held-looks.js', async (importOriginal) => {
  const { HeldLooks } = await importOriginal<{ HeldLooks: { readonly prototype: object } }>()
  const intact = Object.getOwnPropertyDescriptor(HeldLooks.prototype, 'newsCount')?.get
  Object.defineProperty(HeldLooks.prototype, 'newsCount', {
    get(): unknown {
      return living.mutant?.engine?.newsCount ?? intact?.call(this)
    },
  })
  return { HeldLooks }
})

vi.mock('../../../engine/src/slow-start.js', async (importOriginal) => {
  const { SlowStart } = await importOriginal<{ SlowStart: { readonly prototype: Trials } }>()
  const { settledStep } = SlowStart.prototype
  SlowStart.prototype.settledStep = function (name): void {
    if (living.mutant?.engine?.isStepEnough === true) this.survived(name)
    else settledStep.call(this, name)
  }
  return { SlowStart }
})

vi.mock('../../../engine/src/shown-status.js', async (importOriginal) => {
  const intact = await importOriginal<EngineParts>()
  const isDue: EngineParts['isDue'] = (...args) => (living.mutant?.engine?.isDue ?? intact.isDue)(...args)
  const candidatesOf: EngineParts['candidatesOf'] = (statuses) =>
    (living.mutant?.engine?.candidatesOf ?? intact.candidatesOf)(statuses)
  return { ...intact, isDue, candidatesOf }
})

vi.mock('../../../core/src/encoded-error.js', async (importOriginal) => {
  const intact = await importOriginal<EngineParts>()
  const encodeError: typeof intact.encodeError = (...args) =>
    (living.mutant?.engine?.encodeError ?? intact.encodeError)(...args)
  const encodeReason: typeof intact.encodeReason = (...args) =>
    (living.mutant?.engine?.encodeReason ?? intact.encodeReason)(...args)
  return { ...intact, encodeError, encodeReason }
})

/** Bulk: slow, and no rule is theirs alone. */
const bulky = ['POISON-04', 'POISON-05', 'POISON-06', 'POISON-08']
const requirements = engineRequirements.filter(({ requirementId }) => !bulky.includes(requirementId))

describe('an engine over a broken store is caught by the suite', () => {
  const caught = new Map<string, readonly string[]>()

  it.each(engineMutants)('$name: $caughtBy', async (mutant) => {
    living.mutant = mutant
    const create = createMutant({ damage: () => ({}), ...mutant })
    const red = await hunt(requirements, async (requirement) => {
      // The clock of a trial is a virtual one.
      await checkEngine(requirement, ({ clock }) => create({ clock: clock as VirtualClock }))
      return 'done'
    })
    caught.set(mutant.name, leading(red, mutant.caughtBy))
    expect(red).toContain(mutant.caughtBy)
  })

  it('has a mutant for each group of requirements', () => {
    const groups = new Set(engineRequirements.map(({ requirementId }) => groupOf(requirementId)))
    for (const { caughtBy } of engineMutants) groups.delete(groupOf(caughtBy))
    expect([...groups]).toEqual([])
  })

  afterAll(() => {
    console.log(`${caught.size} engines over broken stores, and what turned red:\n${report(caught)}`)
  })
})
