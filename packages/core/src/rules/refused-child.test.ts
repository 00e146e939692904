import { describe, expect, it } from 'vitest'
import { newRun, now } from '../../test/run-record.js'
import type { CreateAnswer } from '../store.js'
import { refusedChild } from './refused-child.js'

const child = newRun({ executionId: 'kid', parent: { executionId: 'root', runNo: 2, operationId: 'op-9' } })

describe('refusedChild', () => {
  it('is nothing when the child was created', () => {
    expect(refusedChild(child, { kind: 'created', runNo: 1, lifeNo: 1, now })).toBeNull()
  })

  it('is nothing when nobody is there to hear of it', () => {
    expect(refusedChild(newRun(), { kind: 'exists', runNo: 1, status: 'RUNNING' })).toBeNull()
  })

  it.each<CreateAnswer>([
    { kind: 'exists', runNo: 1, status: 'FAILED' },
    { kind: 'existing', runNo: 1, lifeNo: 1, status: 'RUNNING' },
    { kind: 'mismatch', runNo: 1, field: 'input' },
  ])('comes as the failed outcome of the child when its id is taken ($kind)', (answer) => {
    expect(refusedChild(child, answer)).toMatchObject({
      to: { namespace: 'main', executionId: 'root' },
      message: {
        kind: 'child',
        topic: 'child:op-9',
        runNo: 2,
        outcome: 'FAILED',
        error: { code: 'EXECUTION_ALREADY_EXISTS', durable: true },
        dedupeId: 'refused:2:op-9',
      },
    })
  })
})
