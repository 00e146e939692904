import { describe, expect, it } from 'vitest'
import { type Encounter, inTurn, interleave, meetAtOnce } from './interleave.js'

/** A counter that two parties read and write back: in some orders one write is lost. */
function meeting(): Encounter {
  let count = 0
  const increment = async function* (): AsyncGenerator<undefined, void, undefined> {
    const read = count
    yield
    count = read + 1
  }
  return {
    scripts: { one: increment, two: increment },
    check: async () => expect(count).toBe(2),
  }
}

describe('interleave', () => {
  it('finds the order in which a write is lost', async () => {
    await expect(interleave(async () => meeting())).rejects.toThrow('In the order one, two, ')
  })

  it('lets scripts of several calls meet in every order', async () => {
    const nothing = inTurn(
      async () => {},
      async () => {},
    )
    const meet = async (): Promise<Encounter> => ({
      scripts: { one: nothing, two: nothing, three: inTurn(async () => {}) },
      check: async () => {},
    })
    expect(await interleave(meet)).toBe(30)
  })
})

describe('meetAtOnce', () => {
  it('begins with each party once, and says who was first', async () => {
    await expect(meetAtOnce(async () => meeting())).rejects.toThrow('All at once, one, two: ')
    const orders: string[] = []
    await meetAtOnce(async () => {
      const order: string[] = []
      const say = (name: string) => inTurn(async () => order.push(name))
      return {
        scripts: { one: say('one'), two: say('two'), three: say('three') },
        check: async () => void orders.push(order.join(' ')),
      }
    })
    expect(orders).toEqual(['one two three', 'two three one', 'three one two'])
  })
})
