import { describe, expect, it } from 'vitest'
import { whenQuiet } from './when-quiet.js'

/** Goes on for so many promise reactions. */
async function hops(count: number, done: () => void): Promise<void> {
  for (let index = 0; index < count; index += 1) await Promise.resolve()
  done()
}

describe('whenQuiet', () => {
  it('runs after every promise reaction that is due, however long the chain', async () => {
    const order: string[] = []
    await new Promise<void>((resolve) => {
      whenQuiet(() => {
        order.push('quiet')
        resolve()
      })
      void hops(1, () => order.push('short'))
      void hops(100, () => order.push('long'))
    })
    expect(order).toEqual(['short', 'long', 'quiet'])
  })

  it('runs before anything from outside', async () => {
    const order: string[] = []
    await new Promise<void>((resolve) => {
      setImmediate(() => {
        order.push('outside')
        resolve()
      })
      whenQuiet(() => order.push('quiet'))
    })
    expect(order).toEqual(['quiet', 'outside'])
  })

  it('lets what one of two runs set going come to rest before the other', async () => {
    const order: string[] = []
    await new Promise<void>((resolve) => {
      whenQuiet(() => {
        order.push('first')
        void hops(10, () => order.push('what the first set going'))
        whenQuiet(() => {
          order.push('second')
          resolve()
        })
      })
    })
    expect(order).toEqual(['first', 'what the first set going', 'second'])
  })

  it('is the same whether it is called from a tick, a promise reaction or outside', async () => {
    for (const from of [process.nextTick, queueMicrotask, setImmediate]) {
      const order: string[] = []
      await new Promise<void>((resolve) => {
        from(() => {
          whenQuiet(() => {
            order.push('quiet')
            resolve()
          })
          void hops(50, () => order.push('long'))
        })
      })
      expect(order).toEqual(['long', 'quiet'])
    }
  })
})
