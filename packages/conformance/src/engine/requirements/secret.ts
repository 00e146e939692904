import { type Codec, type DurableContextOps, isTerminal, retry } from '@perdure/core'
import type { Engine } from '@perdure/engine'
import { expect } from 'vitest'
import { requirement } from '../../requirement.js'
import { type EngineRequirement, type EngineTrial, workflow } from '../engine-trial.js'

export const secretRequirements: readonly EngineRequirement[] = [
  requirement(
    'SECRET-01',
    'with a codec, what errors say is in no row in clear: of attempts, steps, side effects, contexts and runs',
    async (t) => {
      for (const codec of [sealed, slowly(sealed)]) {
        const failing = workflow(failEverywhere, { name: codec.name })
        const { engine } = await t.process({ workflows: [failing], codec })
        await engine.start(failing, { id: codec.name, input: word })
        await t.settle()
        expectNoClearText(await rowsOf(t, codec.name))
        await t.advance('1h')
        const rows = await rowsOf(t, codec.name)
        expectNoClearText(rows)
        // Names and codes stay in clear: lists and filters go by them.
        for (const clear of ['TypeError', 'DECLINED', 'STEP_FAILED', 'CHILD_CONTEXT_FAILED'])
          expect(rows).toContain(clear)
        expect(await statusOf(engine, codec.name)).toBe('FAILED')
      }
    },
  ),

  requirement(
    'SECRET-02',
    'user code, results, histories and lists have what errors say, live and after a replay',
    async (t) => {
      for (const codec of [sealed, slowly(sealed)]) {
        const seen: string[] = []
        const failing = workflow(
          async (ctx: DurableContextOps) => {
            const outcome = await ctx.tryStep('charge', () => throwSecret('charge'))
            if (!outcome.ok) seen.push((outcome.error.cause as Error).message)
            await ctx.sleep('nap', '1m')
            throwSecret('end')
          },
          { name: codec.name },
        )
        const first = await t.process({ workflows: [failing], codec })
        await first.engine.start(failing, { id: codec.name })
        await t.settle()
        first.kill()
        const second = await t.process({ workflows: [failing], codec })
        await t.advance('2m')
        expect(seen.length).toBeGreaterThan(1)
        for (const message of seen) expect(message).toBe(`charge ${word}`)
        const error = { name: 'TypeError', message: `end ${word}`, code: 'DECLINED' }
        const result = (await second.engine.get(codec.name)).result()
        await expect(result).rejects.toMatchObject({
          code: 'EXECUTION_FAILED',
          cause: { ...error, card: word, cause: { message: word } },
        })
        expect((await second.engine.history(codec.name)).at(-1)).toMatchObject({ error })
        const { executions } = await second.engine.list()
        expect(executions.find(({ executionId }) => executionId === codec.name)).toMatchObject({ error })
        second.kill()
      }
    },
  ),

  requirement(
    'SECRET-03',
    'with a codec, why somebody cancelled or terminated a run is in no row in clear, and the run is told',
    async (t) => {
      const reasons: string[] = []
      const waits = workflow(async (ctx: DurableContextOps) => {
        try {
          await ctx.sleep('nap', '1h')
        } catch (error) {
          reasons.push((error as Error).message)
          // A clean-up that is cut short is gone through once more.
          await ctx.sleep('linger', '10s')
        }
      })
      const codec = slowly(sealed)
      const { engine, kill } = await t.process({ workflows: [waits], codec })
      for (const id of ['cancelled', 'terminated', 'never-begun']) {
        const startAt = id === 'never-begun' ? { startAt: new Date(t.clock.now() + 3_600_000) } : {}
        await engine.start(waits, { id, ...startAt })
      }
      await t.settle()
      await engine.cancel('cancelled', word)
      await engine.cancel('never-begun', word)
      await engine.terminate('terminated', word)
      expectNoClearText(await rowsOf(t, 'cancelled', 'terminated', 'never-begun'))
      await t.settle()
      kill()
      const second = await t.process({ workflows: [waits], codec })
      await t.advance('1m')
      expectNoClearText(await rowsOf(t, 'cancelled', 'terminated', 'never-begun'))
      expect(reasons.length).toBeGreaterThan(1)
      for (const reason of reasons) expect(reason).toContain(word)
      for (const id of ['cancelled', 'terminated', 'never-begun']) {
        const error: unknown = await (await second.engine.get(id)).result().catch((thrown: unknown) => thrown)
        expect((error as Error).message).toContain(word)
      }
    },
  ),

  requirement(
    'SECRET-04',
    'a process without the codec is shown name and code of an error, and nothing of what it says',
    async (t) => {
      const failing = workflow(async () => throwSecret('end'))
      const holder = await t.process({ workflows: [failing], codec: sealed })
      await holder.engine.start(failing, { id: 'one' })
      await t.settle()
      const { engine } = await t.process({ worker: false })
      const error = { name: 'TypeError', code: 'DECLINED', message: '‹encoded›' }
      const { executions } = await engine.list()
      expect(executions).toMatchObject([{ status: 'FAILED', error }])
      await expect((await engine.get('one')).result()).rejects.toMatchObject({ cause: error })
      expectNoClearText(JSON.stringify([executions, await engine.history('one')]))
    },
  ),
]

const word = 'CANARY'

/** A codec whose values hold nothing that can be read. */
const sealed: Codec = {
  name: 'sealed',
  encode: (value) => ({ format: 'sealed', data: turned(Buffer.from(JSON.stringify({ value }))) }),
  decode: ({ data }) => JSON.parse(Buffer.from(turned(Buffer.from(data))).toString()).value,
}

function slowly({ encode, decode }: Codec): Codec {
  return {
    name: 'slowly sealed',
    encode: async (value) => encode(value),
    decode: async (value) => decode(value),
  }
}

function turned(bytes: Uint8Array): Uint8Array {
  return bytes.map((byte) => byte ^ 0xa5)
}

function throwSecret(where: string): never {
  const error = new TypeError(`${where} ${word}`, { cause: new RangeError(word) })
  throw Object.assign(error, { code: 'DECLINED', card: word })
}

async function failEverywhere(ctx: DurableContextOps): Promise<void> {
  const twice = retry.fixed({ maxAttempts: 2, interval: '1m' })
  await ctx.tryStep('tried', () => throwSecret('tried'), { retry: twice })
  await ctx.sideEffect('made', () => throwSecret('made')).catch(() => {})
  await ctx.runInChildContext('inner', async (inner) => {
    await inner.step('in process', () => throwSecret('in process'), {
      retry: { ...twice, mode: 'inProcess' },
    })
  })
}

/** All that the store answers of these executions. */
async function rowsOf(t: EngineTrial, ...executionIds: readonly string[]): Promise<string> {
  const all: unknown[] = []
  for (const executionId of executionIds) {
    const key = { namespace: 'main', executionId, runNo: 1 }
    all.push(await t.store.read([key]), await t.store.load({ ...key, limit: 1_000, everything: true }))
    all.push(await t.store.inbox({ ...key, after: 0, limit: 1_000 }))
  }
  return JSON.stringify(all)
}

function expectNoClearText(rows: string): void {
  expect(rows).not.toContain(word)
  // What a stack says.
  expect(rows).not.toContain('throwSecret')
}

async function statusOf(engine: Engine, executionId: string): Promise<string> {
  const status = await (await engine.get(executionId)).status()
  expect(isTerminal(status)).toBe(true)
  return status
}
