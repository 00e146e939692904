import { describe, expect, expectTypeOf, it } from 'vitest'
import type { DurableContextOps } from './durable-context.js'
import type { StandardSchemaV1 } from './standard-schema.js'
import { defineWorkflow, type Workflow } from './workflow.js'
import type { NoEvents } from './workflow-options.js'

interface Order {
  readonly orderId: string
}

/** A schema that says yes to everything: what counts is its types. */
function schema<Input, Output = Input>(parse: (value: unknown) => Output): StandardSchemaV1<Input, Output> {
  return {
    '~standard': {
      version: 1,
      vendor: 'test',
      validate: (value) => {
        try {
          return { value: parse(value) }
        } catch (error) {
          return { issues: [{ message: String(error) }] }
        }
      },
    },
  }
}

const number = schema<string, number>((value) => {
  if (Number.isNaN(Number(value))) throw new Error('not a number')
  return Number(value)
})

// Nothing that these tests run uses its context.
const noContext = {} as DurableContextOps

describe('the types of a workflow', () => {
  it('come from the annotated parameter and the returned value', () => {
    const checkout = defineWorkflow({ name: 'checkout' }, async (ctx, order: Order) => {
      expectTypeOf(ctx).toEqualTypeOf<DurableContextOps>()
      return { shipped: order.orderId.length > 0 }
    })
    expectTypeOf(checkout).toEqualTypeOf<Workflow<Order, { shipped: boolean }>>()
  })

  it('come from the schemas where there are any', () => {
    const parse = defineWorkflow(
      { name: 'parse', input: number, output: schema<number, string>(String) },
      async (_, n) => {
        expectTypeOf(n).toEqualTypeOf<number>()
        return n
      },
    )
    expectTypeOf(parse).toEqualTypeOf<Workflow<string, string>>()
  })

  it('hold the handler to the schema of the output', () => {
    const output = schema<{ done: 'yes' | 'no' }>(() => ({ done: 'yes' }))
    defineWorkflow({ name: 'right', output }, async () => ({ done: 'yes' as const }))
    defineWorkflow({ name: 'right', output }, async (): Promise<{ done: 'yes' | 'no' }> => ({ done: 'no' }))
    // @ts-expect-error the handler returns something else
    defineWorkflow({ name: 'wrong', output }, async () => ({ finished: 'yes' }))
    // @ts-expect-error the handler returns a word that the schema does not know
    defineWorkflow({ name: 'wrong', output }, async () => ({ done: 'maybe' }))
    // @ts-expect-error the handler returns nothing
    defineWorkflow({ name: 'wrong', output }, async () => {})
    // @ts-expect-error the handler returns too little
    defineWorkflow({ name: 'wrong', output }, async (_, input: Order) => ({ ...(input && {}) }))
  })

  it('carry declared events to the context', () => {
    const order = defineWorkflow({ name: 'order', events: { approved: number } }, async (ctx) => {
      expectTypeOf(ctx.waitForEvent('approved')).toEqualTypeOf<Promise<number>>()
      return 'done'
    })
    expectTypeOf(order).toEqualTypeOf<Workflow<unknown, string, { approved: typeof number }>>()
  })

  it('take the services from an annotated context', () => {
    interface Services {
      readonly mail: { send(): void }
    }
    const mail = defineWorkflow({ name: 'mail' }, async (ctx: DurableContextOps<Services>, to: string) => {
      ctx.services.mail.send()
      return to
    })
    expectTypeOf(mail).toEqualTypeOf<Workflow<string, string, NoEvents, Services>>()
  })

  it('can be given by hand', () => {
    const given = defineWorkflow<Order, number>({ name: 'given' }, async (_, order) => order.orderId.length)
    expectTypeOf(given).toEqualTypeOf<Workflow<Order, number>>()
  })

  it('do not keep different workflows out of one list', () => {
    const workflows: readonly Workflow[] = [
      defineWorkflow({ name: 'a' }, async (_, order: Order) => order.orderId),
      defineWorkflow({ name: 'b', input: number, events: { approved: number } }, async (_, n) => n),
      defineWorkflow({ name: 'c' }, async (ctx: DurableContextOps<{ db: string }>) => ctx.services.db),
      defineWorkflow({ name: 'd' }, async () => {}),
    ]
    expect(workflows.map((workflow) => workflow.name)).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('defineWorkflow', () => {
  const handler = async (_: unknown, input: unknown): Promise<unknown> => input

  it('gives the version 1 where none is stated', () => {
    expect(defineWorkflow({ name: 'a' }, handler)).toMatchObject({
      name: 'a',
      version: '1',
      options: { name: 'a' },
    })
    expect(defineWorkflow({ name: 'a', version: '2024-05' }, handler).version).toBe('2024-05')
  })

  it('hands the handler what the schema makes of the input, and returns what the schema makes of the output', async () => {
    const double = defineWorkflow(
      { name: 'double', input: number, output: schema<number, string>((n) => `<${n}>`) },
      async (_, n) => n * 2,
    )
    await expect(double.run(noContext, '21')).resolves.toBe('<42>')
  })

  it('rejects an input that its schema refuses, and does not run the handler', async () => {
    let ran = false
    const workflow = defineWorkflow({ name: 'a', input: number }, async () => {
      ran = true
    })
    await expect(workflow.run(noContext, 'x')).rejects.toMatchObject({
      code: 'VALIDATION',
      details: { field: 'input' },
    })
    expect(ran).toBe(false)
  })

  it.each([
    ['options', undefined],
    ['options', 'checkout'],
    ['options.nmae', { nmae: 'checkout' }],
    ['options.name', {}],
    ['options.name', { name: '' }],
    ['options.name', { name: 'naïve' }],
    ['options.version', { name: 'a', version: '' }],
    ['options.timeout', { name: 'a', timeout: 'soon' }],
    ['options.timeout', { name: 'a', timeout: 0 }],
    ['options.cancelGrace', { name: 'a', cancelGrace: -1 }],
    ['options.requires', { name: 'a', requires: ['transaction'] }],
    ['options.requires', { name: 'a', requires: 'transactions' }],
    ['options.compensateOn', { name: 'a', compensateOn: ['fail'] }],
    ['options.onUnvisited', { name: 'a', onUnvisited: 'ignore' }],
    ['options.input', { name: 'a', input: {} }],
    ['options.events.approved', { name: 'a', events: { approved: null } }],
    ['options.events', { name: 'a', events: [] }],
    ['options.codec', { name: 'a', codec: {} }],
  ])('refuses a bad %s: %j', (field, options) => {
    // What a caller without types might give.
    expect(() => defineWorkflow(options as never, handler)).toThrow(
      expect.objectContaining({ code: 'VALIDATION', details: expect.objectContaining({ field }) }),
    )
  })

  it('refuses a handler that is not a function', () => {
    expect(() => defineWorkflow({ name: 'a' }, 'handler' as never)).toThrow(
      expect.objectContaining({ code: 'VALIDATION', details: expect.objectContaining({ field: 'handler' }) }),
    )
  })

  it('says which option was meant', () => {
    expect(() => defineWorkflow({ nmae: 'checkout' } as never, handler)).toThrow('did you mean "name"?')
  })
})
