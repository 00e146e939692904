import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createEngine } from '@perdure/engine'
import { memory } from '@perdure/memory'
import { expect, onTestFinished, test } from 'vitest'
import { SoakLog } from '../effects/soak-log.js'
import { removeSoakFolder, type SoakFolder, soakFolder } from '../soak-folder.js'
import { checkSoak } from './check-soak.js'
import { columns } from './fault.js'

function folder(): SoakFolder {
  const made = soakFolder(mkdtempSync(path.join(tmpdir(), 'perdure-soak-test-')))
  onTestFinished(() => removeSoakFolder(made))
  return made
}

function answeredStart(log: SoakLog, executionId: string): void {
  log.run(executionId, { kind: 'asked', callId: executionId, action: 'start' })
  log.run(executionId, { kind: 'answered', callId: executionId, accepted: true, runNo: 1 })
}

test('log and store are held against each other, and each fault is counted in its column', async () => {
  const store = memory()
  const engine = createEngine({ store })
  onTestFinished(() => engine.close())
  const where = folder()
  const log = new SoakLog(where.log, 'client-1.1')
  const { executionId } = await engine.start('steps', { id: 'steps:client-1.1:1', input: null })
  answeredStart(log, executionId)
  answeredStart(log, 'steps:client-1.1:2')
  log.fleet({ kind: 'died', name: 'worker-1', why: 'exit 1' })
  await engine.start('payment', { id: 'payment:client-1.1:3', input: null })
  const began = { kind: 'began', runNo: 1, operationId: 'op-1', attempt: 1, atMostOnce: true } as const
  log.run('payment:client-1.1:3', began)
  log.run('payment:client-1.1:3', began)
  log.fleet({ kind: 'closed' })
  log.close()

  const findings = await checkSoak(where, store)
  expect(Object.fromEntries(columns.map((column) => [column, findings.of(column)]))).toEqual({
    lost: 1,
    doubled: 1,
    stuck: 0,
    late: 0,
    // The two that are still open, and the worker that ended by itself and kept them from it.
    starved: 3,
  })
  expect(findings.isClean).toBe(false)
  expect(findings.tally.of('start accepted')).toBe(2)
  expect(findings.ends.get('PENDING')).toBe(2)
})

test('nothing is found where nothing is wrong', async () => {
  const store = memory()
  const engine = createEngine({ store })
  onTestFinished(() => engine.close())
  const where = folder()
  const log = new SoakLog(where.log, 'client-1.1')
  const run = await engine.start('terminated', { id: 'terminated:client-1.1:1', input: null })
  answeredStart(log, run.executionId)
  log.run(run.executionId, { kind: 'asked', callId: 'terminate', action: 'terminate', runNo: 1 })
  log.run(run.executionId, { kind: 'answered', callId: 'terminate', accepted: await run.terminate() })
  log.fleet({ kind: 'closed' })
  log.close()
  const findings = await checkSoak(where, store)
  expect(findings.faults).toEqual([])
  expect(findings.isClean).toBe(true)
})
