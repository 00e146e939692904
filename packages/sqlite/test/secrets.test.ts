import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { VirtualClock } from '@perdure/conformance'
import { type Codec, defineWorkflow, retry } from '@perdure/core'
import { type AnyWorkflow, createEngine } from '@perdure/engine'
import { expect, it, onTestFinished } from 'vitest'
import { sqlite } from '../src/sqlite-store.js'
import { elapse, settled } from './support/virtual-time.js'
import { temporaryFile } from './temporary-file.js'

const key = randomBytes(32)

/** What a user would write: AES-GCM, a fresh nonce for each value. */
const encrypting: Codec = {
  name: 'aes',
  encode: async (value) => {
    const nonce = randomBytes(12)
    const cipher = createCipheriv('aes-256-gcm', key, nonce)
    const text = Buffer.concat([cipher.update(JSON.stringify({ value })), cipher.final()])
    return { format: 'aes', data: Buffer.concat([nonce, cipher.getAuthTag(), text]) }
  },
  decode: async ({ data }) => {
    const bytes = Buffer.from(data)
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
    decipher.setAuthTag(bytes.subarray(12, 28))
    return JSON.parse(Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString()).value
  },
}

const fail = (where: string): never => {
  const error = new Error(`CANARY of ${where}`, { cause: new Error('CANARY of a cause') })
  throw Object.assign(error, { code: 'DECLINED', card: 'CANARY of a property' })
}

const failing = defineWorkflow({ name: 'failing' }, async (ctx) => {
  const policy = retry.fixed({ maxAttempts: 3, interval: '1m' })
  await ctx.tryStep('tried', () => fail('an attempt'), { retry: policy })
  await ctx.sideEffect('made', () => fail('a side effect')).catch(() => {})
  await ctx.runInChildContext('inner', () => fail('a child context')).catch(() => {})
  await ctx.step('last', () => fail('a step'))
})

const waiting = defineWorkflow({ name: 'waiting' }, async (ctx) => {
  await ctx.step('begin', () => 'CANARY of a result')
  await ctx.sleep('nap', '1h').finally(() => ctx.step('clean up', () => {}))
})

it('with a codec that encrypts, no byte of what errors and reasons say is in the file or its log', async () => {
  const { path, remove } = temporaryFile()
  onTestFinished(remove)
  const clock = new VirtualClock()
  const workflows = [failing, waiting] as unknown as readonly AnyWorkflow[]
  const engine = createEngine({
    store: sqlite({ path, clock }),
    clock,
    workflows,
    codec: encrypting,
    logger: false,
  })
  onTestFinished(() => engine.close())
  await engine.createWorker().start()
  const failed = await engine.start(failing, { id: 'failed' })
  const cancelled = await engine.start(waiting, { id: 'cancelled' })
  const terminated = await engine.start(waiting, { id: 'terminated' })
  await settled()
  expectNoCanary(path)
  expect(await cancelled.cancel('CANARY of a reason')).toBe(true)
  expect(await terminated.terminate('CANARY of another reason')).toBe(true)
  await elapse(clock, 180_000)
  await expect(failed.result()).rejects.toMatchObject({ cause: { cause: { message: 'CANARY of a step' } } })
  await expect(cancelled.result()).rejects.toThrow('CANARY of a reason')
  await expect(terminated.result()).rejects.toThrow('CANARY of another reason')
  const text = expectNoCanary(path)
  // What lists and filters go by.
  for (const clear of ['DECLINED', 'STEP_FAILED', 'EXECUTION_TERMINATED']) expect(text).toContain(clear)
})

function expectNoCanary(path: string): string {
  const files = [path, `${path}-wal`].filter((file) => existsSync(file))
  const text = files.map((file) => readFileSync(file).toString('latin1')).join('')
  expect(text.includes('perdure_operations')).toBe(true)
  for (const word of ['CANARY', 'secrets.test', Buffer.from('CANARY').toString('base64').slice(0, 7)])
    expect(text.includes(word), word).toBe(false)
  return text
}
