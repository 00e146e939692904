import { describe, expect, it } from 'vitest'
import { newRun, now } from '../../test/run-record.js'
import { type ExecutionStatus, executionStatuses, isTerminal } from '../statuses.js'
import type { IdReusePolicy } from '../store.js'
import { type ExistingRun, startRun } from './start-run.js'

const open = executionStatuses.filter((status) => !isTerminal(status))
const ended = executionStatuses.filter(isTerminal)

function existing(status: ExecutionStatus, change: Partial<ExistingRun> = {}): ExistingRun {
  return {
    runNo: 3,
    lifeNo: 2,
    status,
    workflow: 'checkout',
    direct: false,
    startInputHash: 'hash-1',
    corrupted: null,
    inboxSeq: 8,
    ...change,
  }
}

function start(found: ExistingRun | null, idReusePolicy: IdReusePolicy) {
  const decision = startRun(found, newRun({ idReusePolicy }), now)
  return decision.kind === 'create' ? `run ${decision.run.runNo}` : decision.answer.kind
}

describe('startRun', () => {
  it.each<IdReusePolicy>(['useRunning', 'returnExisting', 'newRunAfterTerminal', 'reject'])(
    'creates the first run, whatever the policy (%s)',
    (policy) => {
      expect(start(null, policy)).toBe('run 1')
    },
  )

  it.each<[IdReusePolicy, string, string]>([
    ['useRunning', 'existing', 'exists'],
    ['returnExisting', 'existing', 'existing'],
    ['newRunAfterTerminal', 'existing', 'run 4'],
    ['reject', 'exists', 'exists'],
  ])('under %s answers %s of a run that goes on and %s of one that has ended', (policy, running, over) => {
    for (const status of open) expect(start(existing(status), policy), status).toBe(running)
    for (const status of ended) expect(start(existing(status), policy), status).toBe(over)
  })

  it('names the run and where it stands', () => {
    expect(startRun(existing('SUSPENDED'), newRun(), now)).toEqual({
      kind: 'answer',
      answer: { kind: 'existing', runNo: 3, lifeNo: 2, status: 'SUSPENDED' },
    })
    expect(startRun(existing('FAILED'), newRun({ idReusePolicy: 'useRunning' }), now)).toEqual({
      kind: 'answer',
      answer: { kind: 'exists', runNo: 3, status: 'FAILED' },
    })
  })

  it('answers a mismatch where an existing run would be returned with another workflow or input', () => {
    const workflow = { kind: 'answer', answer: { kind: 'mismatch', runNo: 3, field: 'workflow' } }
    const input = { kind: 'answer', answer: { kind: 'mismatch', runNo: 3, field: 'input' } }
    expect(startRun(existing('RUNNING', { workflow: 'refund' }), newRun(), now)).toEqual(workflow)
    expect(startRun(existing('RUNNING', { startInputHash: 'other' }), newRun(), now)).toEqual(input)
    expect(startRun(existing('RUNNING', { direct: true }), newRun(), now)).toEqual(workflow)
    const returning = newRun({ idReusePolicy: 'returnExisting' })
    expect(startRun(existing('COMPLETED', { startInputHash: 'other' }), returning, now)).toEqual(input)
  })

  it('lets a new run after the end have another workflow and another input', () => {
    const wanted = newRun({ idReusePolicy: 'newRunAfterTerminal' })
    expect(
      startRun(existing('FAILED', { workflow: 'refund', startInputHash: 'other' }), wanted, now).kind,
    ).toBe('create')
  })

  it('makes a run due at once, or when it is to start', () => {
    expect(startRun(null, newRun(), now)).toMatchObject({
      run: { status: 'PENDING', dueAt: now, createdAt: now },
    })
    expect(startRun(null, newRun({ startAt: now + 5 }), now)).toMatchObject({ run: { dueAt: now + 5 } })
  })

  it('counts the timeout from the creation', () => {
    expect(startRun(null, newRun({ timeoutMs: 500 }), now)).toMatchObject({
      run: { control: { seq: 0, paused: false, cancel: null, deadlineAt: now + 500 } },
    })
    expect(startRun(null, newRun(), now)).toMatchObject({ run: { control: { deadlineAt: null } } })
  })

  it('gives a later run the numbers of the inbox, and none of its messages', () => {
    const wanted = newRun({ idReusePolicy: 'newRunAfterTerminal' })
    expect(startRun(existing('COMPLETED'), wanted, now)).toMatchObject({
      run: { runNo: 4, inboxSeq: 8, inboxBase: 8, inboxPending: 0 },
    })
  })

  it('keeps everything that was given', () => {
    const given = {
      queue: 'slow',
      priority: 7,
      direct: true,
      attached: true,
      parent: { executionId: 'root', runNo: 2, operationId: 'op-9' },
      tenantId: 'acme',
      auth: { format: 'json', data: '"secret"' },
      searchAttributes: { region: 'eu' },
      seed: 's-1',
      input: { format: 'json', data: '7' },
      inputHash: 'hash-7',
    }
    expect(startRun(null, newRun(given), now)).toMatchObject({ run: given })
  })
})
