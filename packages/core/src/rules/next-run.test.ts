import { describe, expect, it } from 'vitest'
import { heldRun, now } from '../../test/run-record.js'
import type { RunRecord } from '../records.js'
import { endRun } from './end-run.js'
import { nextRun } from './next-run.js'

const turn = {
  kind: 'continueAsNew',
  input: { format: 'json', data: '"next"' },
  inputHash: 'hash-2',
  version: '2',
  seed: 'seed-2',
} as const

function closed(change: Partial<RunRecord> = {}): RunRecord {
  const ending = { status: 'CONTINUED_AS_NEW', output: null, error: null, compensationOutcome: null } as const
  return { ...endRun(heldRun(change), ending, now).run, ...ending }
}

describe('nextRun', () => {
  it('has the next number, is due at once, and has recorded nothing', () => {
    expect(nextRun(closed(), turn, now + 1)).toMatchObject({
      runNo: 2,
      status: 'PENDING',
      dueAt: now + 1,
      createdAt: now + 1,
      startedAt: null,
      finishedAt: null,
      leaseUntil: null,
      fence: { epoch: 0, nonce: '' },
      applied: null,
      counters: { startSeq: 0, settleSeq: 0 },
      childCount: 0,
      recoveries: 0,
    })
  })

  it('takes input, version and seed from the turn', () => {
    const { input, inputHash, version, seed } = turn
    expect(nextRun(closed(), turn, now)).toMatchObject({ input, inputHash, version, seed })
  })

  it('keeps parent, queue, tenant and deadline', () => {
    const kept = {
      parent: { executionId: 'root', runNo: 1, operationId: 'op-9' },
      queue: 'slow',
      tenantId: 'acme',
      control: { seq: 2, paused: false, cancel: null, deadlineAt: now + 99 },
    }
    expect(nextRun(closed(kept), turn, now)).toMatchObject(kept)
  })

  it('finds the events that nobody has consumed', () => {
    expect(nextRun(closed({ inboxSeq: 9, inboxBase: 4, inboxPending: 2 }), turn, now)).toMatchObject({
      inboxSeq: 9,
      inboxBase: 4,
      inboxPending: 2,
    })
  })

  it('stays paused', () => {
    const control = { seq: 1, paused: true, cancel: null, deadlineAt: null }
    expect(nextRun(closed({ control }), turn, now).status).toBe('PAUSED')
  })
})
