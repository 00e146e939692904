import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { WorkerProcess, type WorkerProcessOptions } from './process-harness.js'

function start(options: Partial<WorkerProcessOptions> = {}): WorkerProcess {
  const file = fileURLToPath(new URL('./process-harness.fixture.ts', import.meta.url))
  return WorkerProcess.spawn({ file, execArgv: ['--import', 'tsx'], ...options })
}

describe('WorkerProcess', () => {
  it('starts a file with arguments and environment, and hears what it says', async () => {
    await using worker = start({ args: ['a', 'b'], env: { GREETING: 'hello' } })
    expect(await worker.line('ready')).toBe('ready a b hello')
    worker.send('something')
    await worker.line('heard something')
    expect(worker.lines).toEqual(['ready a b hello', 'heard something'])
  })

  it('kills', async () => {
    await using worker = start()
    await worker.line('ready')
    worker.kill()
    expect(await worker.exited).toEqual({ code: null, signal: 'SIGKILL' })
  })

  it('asks to end', async () => {
    await using worker = start()
    await worker.line('ready')
    worker.terminate()
    await worker.line('asked to end')
    expect(await worker.exited).toEqual({ code: 3, signal: null })
  })

  it('freezes and thaws: what is sent meanwhile is heard afterwards', async () => {
    await using frozen = start()
    await using running = start()
    await Promise.all([frozen.line('ready'), running.line('ready')])
    frozen.freeze()
    for (const worker of [frozen, running]) worker.send('hello')
    await running.line('heard hello')
    expect(frozen.lines).toHaveLength(1)
    frozen.thaw()
    await frozen.line('heard hello')
  })

  it('sets the clock of a process ahead or behind', async () => {
    for (const skewMs of [3_600_000, -600_000]) {
      await using worker = start({ skewMs })
      await worker.line('ready')
      const before = Date.now()
      worker.send('time')
      const [, now = '', constructed = '', epoch = ''] = (await worker.line('time')).split(' ')
      const after = Date.now()
      for (const shown of [Number(now), Date.parse(constructed)]) {
        expect(shown).toBeGreaterThanOrEqual(before + skewMs)
        expect(shown).toBeLessThanOrEqual(after + skewMs)
      }
      expect(Date.parse(epoch)).toBe(0)
    }
  })

  it('says why a line will never come', async () => {
    await using worker = start()
    await worker.line('ready')
    worker.send('fail')
    await expect(worker.line('heard')).rejects.toThrow('told to fail')
  })
})
