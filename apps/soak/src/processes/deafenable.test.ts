import type { Store, StoreHint } from '@perdure/core'
import { memory } from '@perdure/memory'
import { expect, test } from 'vitest'
import { deafenable } from './deafenable.js'

test('hints come through until the process is made deaf, also to who listened before', () => {
  const listeners: ((hint: StoreHint) => void)[] = []
  const watched: Store = {
    ...memory(),
    watch: (listener) => {
      listeners.push(listener)
      return () => {}
    },
  }
  const { store, deafen } = deafenable(watched)
  const heard: string[] = []
  store.watch(({ kind }) => heard.push(kind))
  listeners[0]?.({ kind: 'changed' })
  deafen()
  listeners[0]?.({ kind: 'changed' })
  expect(heard).toEqual(['changed'])
})
