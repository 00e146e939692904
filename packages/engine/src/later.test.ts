import { describe, expect, it } from 'vitest'
import { inGroups, later } from './later.js'

const bounds = { maxRows: 3, maxBytes: 100 }

function groups(items: readonly { readonly rows: number; readonly bytes: number }[]): number[] {
  return inGroups(items, (item) => item, bounds).map((group) => group.length)
}

const item = (rows: number, bytes: number) => ({ rows, bytes })

describe('inGroups', () => {
  it('makes no group of nothing', () => {
    expect(groups([])).toEqual([])
  })

  it('fills a group up to its rows, and up to its bytes', () => {
    expect(groups([item(1, 1), item(1, 1), item(1, 1), item(1, 1)])).toEqual([3, 1])
    expect(groups([item(1, 50), item(1, 50), item(1, 1)])).toEqual([2, 1])
  })

  it('lets what is above the bounds by itself go alone', () => {
    expect(groups([item(1, 1), item(9, 1), item(1, 1)])).toEqual([1, 1, 1])
    expect(groups([item(1, 500), item(1, 500)])).toEqual([1, 1])
  })

  it('keeps the order', () => {
    const cut = inGroups([1, 2, 3, 4, 5], () => ({ rows: 1, bytes: 1 }), { maxRows: 2, maxBytes: 100 })
    expect(cut).toEqual([[1, 2], [3, 4], [5]])
  })
})

describe('later', () => {
  it('comes after everything that is going on', async () => {
    const order: string[] = []
    await new Promise<void>((resolve) => {
      later(() => {
        order.push('later')
        resolve()
      })
      process.nextTick(() => order.push('tick'))
      queueMicrotask(() => order.push('microtask'))
    })
    expect(order.at(-1)).toBe('later')
    expect(order).toHaveLength(3)
  })
})
