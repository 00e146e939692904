import { describe, expect, it } from 'vitest'
import { type Choose, explore, type Possibility } from './explore.js'

/** Two actors with so many things to do each; what they did, in order. */
async function twoActors(choose: Choose, left: Record<string, number>): Promise<string> {
  let order = ''
  for (;;) {
    const possible = Object.keys(left)
      .filter((actor) => (left[actor] ?? 0) > 0)
      .map((actor): Possibility => ({ actor }))
    if (possible.length === 0) return order
    const { actor } = choose(possible)
    order += actor
    left[actor] = (left[actor] ?? 0) - 1
  }
}

describe('explore', () => {
  it('goes through every order, each once', async () => {
    const orders: string[] = []
    const count = await explore(async (choose) => void orders.push(await twoActors(choose, { a: 2, b: 2 })))
    expect(count).toBe(6)
    expect(orders.sort()).toEqual(['aabb', 'abab', 'abba', 'baab', 'baba', 'bbaa'])
  })

  it('interrupts nobody more often than it may', async () => {
    const orders: string[] = []
    const run = async (choose: Choose): Promise<void> =>
      void orders.push(await twoActors(choose, { a: 2, b: 2 }))
    await explore(run, { maxInterruptions: 0 })
    expect(orders.sort()).toEqual(['aabb', 'bbaa'])
    orders.length = 0
    await explore(run, { maxInterruptions: 1 })
    expect(orders.sort()).toEqual(['aabb', 'abba', 'baab', 'bbaa'])
  })

  it('says in which order something went wrong, and why', async () => {
    const failing = explore(async (choose) => {
      const order = await twoActors(choose, { a: 2, b: 1 })
      if (order === 'aba') throw new Error('lost')
    })
    await expect(failing).rejects.toMatchObject({
      message: 'In the order a, b, a: lost',
      cause: { message: 'lost' },
    })
  })

  it('tells what one actor can do apart', async () => {
    const seen: string[] = []
    await explore(async (choose) => {
      const possible = ['left', 'right'].map((what): Possibility => ({ actor: 'a', what }))
      seen.push(choose(possible).what ?? '')
    })
    expect(seen.sort()).toEqual(['left', 'right'])
  })

  it('refuses what does something else the second time', async () => {
    let runs = 0
    const changing = explore(async (choose) => {
      runs += 1
      choose(['a', runs === 1 ? 'b' : 'c'].map((actor): Possibility => ({ actor })))
    })
    await expect(changing).rejects.toThrow('What could happen before cannot happen now: b.')
  })
})
