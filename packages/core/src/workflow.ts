import { hash } from 'node:crypto'
import { capabilityNames } from './capabilities.js'
import type { Codec } from './codec.js'
import type { DurableContextOps } from './durable-context.js'
import { toMs } from './duration.js'
import { ValidationError } from './errors.js'
import { checkName, checkOptions } from './names.js'
import { type StandardSchemaV1, validateWithSchema } from './standard-schema.js'
import type { EventPayloads, EventSchemas, NoEvents, WorkflowOptions } from './workflow-options.js'
import type { WorkflowRef } from './workflow-ref.js'

/** A workflow: its code under a name and a version. Made by {@link defineWorkflow}. */
export interface Workflow<
  Input = unknown,
  Output = unknown,
  Events extends EventSchemas = NoEvents,
  Services = unknown,
> extends WorkflowRef<Input, Output> {
  readonly options: WorkflowOptions<Input, Output, Events, unknown>
  /** Changes when the text of the handler changes: tells one build from another under the same version. */
  readonly digest: string
  /** Checks the input, runs the handler, and checks what it returns. For those who run workflows. */
  run(ctx: DurableContextOps<Services, EventPayloads<Events>>, input: Input): Promise<Output>
}

/**
 * Gives a name to an async function, so that an engine can run it and find it again. Defining a workflow does
 * nothing else: register it with an engine, or export it as a handler.
 *
 * Types are inferred. The input is that of the schema or of the handler's parameter, the output what the
 * handler returns; annotate `ctx` as `DurableContextOps<MyServices>` to type `ctx.services`.
 *
 * @throws ValidationError naming field, value and limit, for a bad or misspelled option
 *
 * @example
 * ```ts
 * import { defineWorkflow } from '@perdure/core'
 *
 * interface Order {
 *   readonly orderId: string
 *   readonly cents: number
 * }
 *
 * export const checkout = defineWorkflow({ name: 'checkout', timeout: '30d' }, async (ctx, order: Order) => {
 *   const receipt = await ctx.step('charge', async (step) => {
 *     const headers = { 'idempotency-key': step.idempotencyKey }
 *     const body = JSON.stringify(order)
 *     return (await fetch('https://pay.example/charges', { method: 'POST', headers, body })).text()
 *   })
 *   await ctx.sleep('settle', '1h')
 *   return { orderId: order.orderId, receipt }
 * })
 * ```
 */
export function defineWorkflow<
  Parsed,
  Returned extends NoInfer<Accepted>,
  Events extends EventSchemas = NoEvents,
  Services = unknown,
  Input = Parsed,
  Accepted = unknown,
  Output = Returned,
>(
  options: WorkflowOptions<Input, Output, Events, Parsed, Accepted>,
  handler: (ctx: DurableContextOps<Services, EventPayloads<Events>>, input: Parsed) => Promise<Returned>,
): Workflow<Input, Output, Events, Services> {
  checkWorkflow(options, handler)
  const { input: inputSchema, output: outputSchema } = options
  return Object.freeze({
    name: options.name,
    version: options.version ?? '1',
    options: Object.freeze({ ...options }),
    digest: hash('sha256', String(handler), 'base64url').slice(0, 16),
    async run(ctx: DurableContextOps<Services, EventPayloads<Events>>, input: Input): Promise<Output> {
      // Without a schema nothing is known of the value, and the type parameters are equal by their defaults.
      const parsed = inputSchema
        ? await validateWithSchema(inputSchema, input, 'input')
        : (input as unknown as Parsed)
      const returned = await handler(ctx, parsed)
      return outputSchema
        ? await validateWithSchema(outputSchema, returned, 'output')
        : (returned as unknown as Output)
    },
  })
}

const optionKeys: readonly (keyof WorkflowOptions)[] = [
  'name',
  'version',
  'input',
  'output',
  'events',
  'timeout',
  'cancelGrace',
  'requires',
  'compensateOn',
  'onUnvisited',
  'codec',
]

function checkWorkflow(options: WorkflowOptions, handler: unknown): void {
  if (options === undefined)
    throw new ValidationError({ field: 'options', value: options, limit: 'an object' })
  checkOptions(options, optionKeys, 'options')
  checkName(options.name, 'options.name')
  if (options.version !== undefined) checkName(options.version, 'options.version')
  checkSchema(options.input, 'options.input')
  checkSchema(options.output, 'options.output')
  checkEvents(options.events)
  if (options.timeout !== undefined) toMs(options.timeout, 'options.timeout', { minMs: 1 })
  if (options.cancelGrace !== undefined) toMs(options.cancelGrace, 'options.cancelGrace')
  checkWords(options.requires, capabilityNames, 'options.requires')
  checkWords(options.compensateOn, ['failure', 'cancel', 'timeout'], 'options.compensateOn')
  if (options.onUnvisited !== undefined) {
    checkWords([options.onUnvisited], ['warn', 'block'], 'options.onUnvisited')
  }
  checkCodec(options.codec)
  if (typeof handler === 'function') return
  throw new ValidationError({ field: 'handler', value: handler, limit: 'an async function' })
}

function checkEvents(events: EventSchemas | undefined): void {
  checkOptions(events, Object.keys(events ?? {}), 'options.events')
  for (const [name, schema] of Object.entries(events ?? {})) {
    checkName(name, 'options.events')
    checkSchema(schema ?? null, `options.events.${name}`)
  }
}

function checkSchema(schema: StandardSchemaV1 | null | undefined, field: string): void {
  if (schema === undefined || typeof schema?.['~standard']?.validate === 'function') return
  throw new ValidationError({ field, value: schema, limit: 'a schema that follows Standard Schema' })
}

function checkWords(words: readonly string[] | undefined, known: readonly string[], field: string): void {
  if (words === undefined) return
  if (!Array.isArray(words)) throw new ValidationError({ field, value: words, limit: 'an array' })
  for (const word of words) {
    if (!known.includes(word)) {
      throw new ValidationError({ field, value: word, limit: `one of ${known.join(', ')}` })
    }
  }
}

function checkCodec(codec: Codec | undefined): void {
  if (codec === undefined) return
  if (typeof codec?.encode === 'function' && typeof codec.decode === 'function') return
  throw new ValidationError({
    field: 'options.codec',
    value: codec,
    limit: 'an object with encode and decode',
  })
}
