import { memory } from '@perdure/memory'
import { describe, expect, it } from 'vitest'
import { HeldCalls } from './held-calls.js'
import { interceptStore, type StoreInterceptor } from './intercept-store.js'

describe('HeldCalls', () => {
  it('lets calls of two processes arrive in the order that is chosen', async () => {
    const { calls, store, applied } = two()
    calls.hold()
    const asked = [store('one').read([]), store('two').relay({ limit: 1 })]
    await calls.quiet()
    expect(calls.held).toMatchObject([
      { actor: 'one', what: 'read' },
      { actor: 'two', what: 'relay' },
    ])
    expect(applied).toEqual([])
    calls.held[1]?.letThrough()
    calls.held[0]?.letThrough()
    await Promise.all(asked)
    expect(applied).toEqual(['relay', 'read'])
  })

  it('keeps the order of calls of one process', async () => {
    const { calls, store } = two()
    calls.hold()
    const mine = store('one')
    const asked = [mine.read([]), mine.relay({ limit: 1 })]
    await calls.quiet()
    expect(calls.held).toMatchObject([{ what: 'read' }])
    calls.release()
    await Promise.all(asked)
  })

  it('holds an answer after the call was applied', async () => {
    const { calls, store, applied } = two()
    calls.hold()
    let isAnswered = false
    const asked = store('one')
      .claim({} as never)
      .finally(() => {
        isAnswered = true
      })
    await calls.quiet()
    calls.held[0]?.letThrough()
    await calls.quiet()
    expect([applied, isAnswered]).toEqual([['claim'], false])
    calls.release()
    await asked
  })

  it('holds nothing before it is told to, and verbs that it does not name never', async () => {
    const { calls, store, applied } = two()
    await store('one').read([])
    calls.hold()
    await store('one').list({ namespace: 'main', statuses: [], limit: 1 })
    expect(applied).toEqual(['read', 'list'])
    expect(calls.held).toEqual([])
  })
})

function two(): {
  readonly calls: HeldCalls
  readonly applied: string[]
  readonly store: (actor: string) => ReturnType<typeof interceptStore>
} {
  const calls = new HeldCalls({ verbs: ['read', 'relay', 'claim'], answers: ['claim'] })
  const applied: string[] = []
  const noting: StoreInterceptor = ({ verb }, apply) => {
    applied.push(verb)
    return apply()
  }
  const noted = interceptStore(memory(), noting)
  return { calls, applied, store: (actor) => interceptStore(noted, calls.of(actor)) }
}
