import { describe, expect, it } from 'vitest'
import { heldRun, now } from '../../test/run-record.js'
import { type TerminalStatus, terminalStatuses } from '../statuses.js'
import { type Ending, endRun } from './end-run.js'

const parent = { executionId: 'root', runNo: 2, operationId: 'op-9' }

function ending(status: TerminalStatus): Ending {
  return { status, output: { format: 'json', data: '1' }, error: null, compensationOutcome: null }
}

describe('endRun', () => {
  it.each(terminalStatuses)('leaves nothing that could wake or hold a run that is %s', (status) => {
    const waiting = heldRun({ dueAt: now + 5, waitsFor: ['event:x'] })
    expect(endRun(waiting, ending(status), now).run).toMatchObject({
      status,
      blocked: null,
      dueAt: null,
      leaseUntil: null,
      leaseOwner: null,
      waitsFor: [],
      finishedAt: now,
    })
  })

  it.each(terminalStatuses.filter((status) => status !== 'CONTINUED_AS_NEW'))(
    'tells the parent of a child that is %s',
    (status) => {
      const { effects } = endRun(heldRun({ parent }), ending(status), now)
      expect(effects.outcome).toEqual({
        to: { namespace: 'main', executionId: 'root' },
        message: {
          kind: 'child',
          topic: 'child:op-9',
          runNo: 2,
          value: { format: 'json', data: '1' },
          error: null,
          outcome: status,
          dedupeId: 'outcome:order-42:1',
        },
      })
    },
  )

  it('tells the parent nothing when the child goes on as a new run', () => {
    expect(endRun(heldRun({ parent }), ending('CONTINUED_AS_NEW'), now).effects.outcome).toBeNull()
  })

  it('tells nobody of a run without parent, and asks nothing of children that there are not', () => {
    expect(endRun(heldRun(), ending('COMPLETED'), now).effects).toEqual({ outcome: null, cascade: null })
  })

  it('cancels children that are left, and terminates those of a terminated run', () => {
    const withChildren = heldRun({ childCount: 2 })
    for (const status of terminalStatuses) {
      const expected =
        status === 'TERMINATED'
          ? { kind: 'terminate', reason: 'parent terminated' }
          : { kind: 'cancel', reason: 'parent closed', byParent: true }
      expect(endRun(withChildren, ending(status), now).effects.cascade, status).toEqual(expected)
    }
  })
})
