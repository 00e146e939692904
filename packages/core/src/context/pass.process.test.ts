import { expect, it } from 'vitest'
import { beginPass, untilQuiet } from '../../test/run-pass.js'

interface Held {
  readonly name: string
  readonly reference: WeakRef<object>
}

/** Runs a pass to where it waits, drops it, and says what it held. Nothing of it is in a variable of the caller. */
async function runAndDrop(reason: 'EVICTED' | 'LEASE_LOST'): Promise<{ held: Held[]; heard: string[] }> {
  const held: Held[] = []
  const heard: string[] = []
  const watch = (name: string, object: object): void =>
    void held.push({ name, reference: new WeakRef(object) })
  const { pass, journal } = beginPass(async (ctx) => {
    const large = { bytes: new Uint8Array(100_000) }
    watch('context', ctx)
    watch('what the function holds', large)
    ctx.signal.addEventListener('abort', () => heard.push('aborted'))
    try {
      await Promise.all([
        ctx.sleep('s', '1h'),
        ctx.waitForEvent('e', { timeout: '1h' }),
        ctx.step('retried', () => Promise.reject(new Error('boom')), { retry: { maxAttempts: 2 } }),
        ctx.runInChildContext('group', (group) => {
          watch('inner context', group)
          return group.sleep('inner', '1h')
        }),
      ])
      heard.push(`went on with ${large.bytes.length}`)
    } catch {
      heard.push('threw')
    } finally {
      heard.push('finally')
    }
  })
  watch('pass', pass)
  watch('journal', journal)
  await untilQuiet()
  pass.dropped(reason)
  return { held, heard }
}

it.each(['EVICTED', 'LEASE_LOST'] as const)(
  'a pass that was dropped (%s) never settles and is held by nothing',
  async (reason) => {
    const { held, heard } = await runAndDrop(reason)
    for (
      let round = 0;
      round < 10 && held.some(({ reference }) => reference.deref() !== undefined);
      round += 1
    ) {
      await untilQuiet()
      globalThis.gc?.()
    }
    expect(globalThis.gc).toBeTypeOf('function')
    expect(held.filter(({ reference }) => reference.deref() !== undefined).map(({ name }) => name)).toEqual(
      [],
    )
    expect(heard).toEqual(['aborted'])
  },
)
