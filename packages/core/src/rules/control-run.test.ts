import { describe, expect, it } from 'vitest'
import { freeRun, heldRun, now } from '../../test/run-record.js'
import type { RunRecord } from '../records.js'
import { type ExecutionStatus, executionStatuses, isTerminal, terminalStatuses } from '../statuses.js'
import type { ControlAction } from '../store.js'
import { controlRun } from './control-run.js'

type Kind = ControlAction['kind']

const actions: Readonly<Record<Kind, ControlAction>> = {
  pause: { kind: 'pause' },
  resume: { kind: 'resume' },
  cancel: { kind: 'cancel', reason: 'changed my mind' },
  terminate: { kind: 'terminate', reason: 'enough' },
  unblock: { kind: 'unblock' },
  setDeadline: { kind: 'setDeadline', deadlineAt: now + 77 },
  wake: { kind: 'wake', mark: { nonce: 'nonce-3', commitSeq: 2 } },
}
const kinds = Object.keys(actions) as Kind[]
const applied = { nonce: 'nonce-3', commitSeq: 2 }
const askedToPause = { seq: 4, paused: true, cancel: null, deadlineAt: null }

/** A run that nobody holds and that has recorded something. */
function free(status: ExecutionStatus, change: Partial<RunRecord> = {}): RunRecord {
  const control = status === 'PAUSED' ? askedToPause : freeRun().control
  return freeRun({ status, applied, control, startedAt: now - 9, dueAt: now + 60_000, ...change })
}

function held(status: ExecutionStatus): RunRecord {
  return heldRun({ status, ...(status === 'PAUSED' ? { control: askedToPause } : {}) })
}

function statusAfter(run: RunRecord, kind: Kind): string {
  const decision = controlRun(run, actions[kind], now)
  return decision.kind === 'accept' ? decision.run.status : 'refused'
}

describe('controlRun', () => {
  // What each request makes of a free run in each status that is not final.
  it.each<[ExecutionStatus, Record<Kind, string>]>([
    [
      'PENDING',
      {
        pause: 'PAUSED',
        resume: 'refused',
        cancel: 'PENDING',
        terminate: 'TERMINATED',
        unblock: 'refused',
        setDeadline: 'PENDING',
        wake: 'refused',
      },
    ],
    [
      'SUSPENDED',
      {
        pause: 'PAUSED',
        resume: 'refused',
        cancel: 'PENDING',
        terminate: 'TERMINATED',
        unblock: 'refused',
        setDeadline: 'SUSPENDED',
        wake: 'PENDING',
      },
    ],
    [
      'PAUSED',
      {
        pause: 'refused',
        resume: 'PENDING',
        cancel: 'PENDING',
        terminate: 'TERMINATED',
        unblock: 'refused',
        setDeadline: 'PAUSED',
        wake: 'refused',
      },
    ],
    [
      'BLOCKED',
      {
        pause: 'refused',
        resume: 'refused',
        cancel: 'PENDING',
        terminate: 'TERMINATED',
        unblock: 'PENDING',
        setDeadline: 'BLOCKED',
        wake: 'refused',
      },
    ],
    [
      'COMPENSATING',
      {
        pause: 'refused',
        resume: 'refused',
        cancel: 'PENDING',
        terminate: 'TERMINATED',
        unblock: 'refused',
        setDeadline: 'COMPENSATING',
        wake: 'refused',
      },
    ],
  ])('of a free run that is %s', (status, expected) => {
    expect(Object.fromEntries(kinds.map((kind) => [kind, statusAfter(free(status), kind)]))).toEqual(expected)
  })

  it.each<[ExecutionStatus, Record<Kind, string>]>([
    [
      'RUNNING',
      {
        pause: 'PAUSED',
        resume: 'refused',
        cancel: 'RUNNING',
        terminate: 'TERMINATED',
        unblock: 'refused',
        setDeadline: 'RUNNING',
        wake: 'refused',
      },
    ],
    [
      'PAUSED',
      {
        pause: 'refused',
        resume: 'RUNNING',
        cancel: 'RUNNING',
        terminate: 'TERMINATED',
        unblock: 'refused',
        setDeadline: 'PAUSED',
        wake: 'refused',
      },
    ],
  ])('of a held run that is %s', (status, expected) => {
    expect(Object.fromEntries(kinds.map((kind) => [kind, statusAfter(held(status), kind)]))).toEqual(expected)
  })

  it.each(terminalStatuses)('refuses everything once the run is %s, and says so', (status) => {
    for (const kind of kinds) {
      const decision = controlRun(freeRun({ status, applied }), actions[kind], now)
      expect(decision, kind).toEqual({ kind: 'refuse', answer: { kind: 'refused', status } })
    }
  })

  it('leaves the lease of a holder alone unless it ends the run', () => {
    for (const kind of kinds.filter((each) => each !== 'terminate')) {
      const run = held(kind === 'resume' ? 'PAUSED' : 'RUNNING')
      const decision = controlRun(run, actions[kind], now)
      if (decision.kind === 'refuse') continue
      const { fence, leaseUntil, leaseOwner } = run
      expect(decision.run, kind).toMatchObject({ fence, leaseUntil, leaseOwner })
    }
  })

  it('raises the number of the request, so that a holder that has not seen it is stale', () => {
    for (const kind of ['pause', 'cancel', 'terminate', 'setDeadline'] as const) {
      const decision = controlRun(held('RUNNING'), actions[kind], now)
      expect(decision, kind).toMatchObject({ run: { control: { seq: 1 } } })
    }
    expect(controlRun(held('PAUSED'), actions.resume, now)).toMatchObject({ run: { control: { seq: 5 } } })
  })

  it('answers with the status it leaves behind', () => {
    expect(controlRun(free('SUSPENDED'), actions.pause, now)).toMatchObject({
      answer: { kind: 'accepted', status: 'PAUSED', now },
    })
    expect(controlRun(free('SUSPENDED'), actions.terminate, now)).toMatchObject({
      answer: { kind: 'accepted', status: 'TERMINATED', now },
    })
  })
})

describe('pause and resume', () => {
  it('keep the time of a run that has not begun: a start at night stays one', () => {
    const tonight = freeRun({ dueAt: now + 3_600_000 })
    const pausing = controlRun(tonight, actions.pause, now)
    if (pausing.kind === 'refuse') throw new Error('refused')
    expect(controlRun(pausing.run, actions.resume, now + 5)).toMatchObject({
      run: { status: 'PENDING', dueAt: now + 3_600_000, control: { paused: false } },
    })
  })

  it('make a run due that has begun: whoever claims it looks at its timers', () => {
    expect(controlRun(free('PAUSED'), actions.resume, now)).toMatchObject({
      run: { status: 'PENDING', dueAt: now },
    })
  })
})

describe('cancel', () => {
  it('ends a run that has recorded nothing at once, and without its code', () => {
    for (const run of [freeRun(), heldRun({ applied: null })]) {
      expect(controlRun(run, actions.cancel, now)).toMatchObject({
        kind: 'accept',
        run: { status: 'CANCELLED', leaseUntil: null, finishedAt: now },
        ending: {
          status: 'CANCELLED',
          error: { code: 'EXECUTION_CANCELLED', message: 'changed my mind' },
          compensationOutcome: 'SKIPPED',
        },
      })
    }
  })

  it('changes the fence when it ends a run, so that a holder writes nothing more', () => {
    const run = heldRun({ applied: null })
    expect(controlRun(run, actions.cancel, now)).toMatchObject({ run: { fence: { epoch: 4, nonce: '' } } })
  })

  it('makes any other run due and is kept until a worker delivers it', () => {
    expect(controlRun(free('SUSPENDED'), actions.cancel, now)).toMatchObject({
      run: {
        status: 'PENDING',
        dueAt: now,
        control: { seq: 1, cancel: { reason: 'changed my mind', requestedAt: now } },
      },
      ending: null,
    })
  })

  it('takes a pause and a block away', () => {
    expect(controlRun(free('PAUSED'), actions.cancel, now)).toMatchObject({
      run: { control: { paused: false } },
    })
    const blocked = { reason: 'NON_DETERMINISTIC', message: 'changed', build: 'b1' } as const
    expect(controlRun(free('BLOCKED', { blocked }), actions.cancel, now)).toMatchObject({
      run: { blocked: null },
    })
  })

  it('is refused a second time', () => {
    const control = { seq: 1, paused: false, cancel: { reason: null, requestedAt: 1 }, deadlineAt: null }
    const decision = controlRun(heldRun({ control }), actions.cancel, now)
    expect(decision).toEqual({ kind: 'refuse', answer: { kind: 'refused', status: 'RUNNING' } })
  })
})

describe('terminate', () => {
  it('ends any run at once, never rolls back, and changes the fence', () => {
    for (const status of executionStatuses.filter((each) => !isTerminal(each))) {
      expect(controlRun(held(status), actions.terminate, now), status).toMatchObject({
        run: { status: 'TERMINATED', fence: { epoch: 4, nonce: '' }, leaseUntil: null },
        ending: {
          error: { code: 'EXECUTION_TERMINATED', message: 'enough' },
          compensationOutcome: 'SKIPPED',
        },
      })
    }
  })
})

describe('unblock', () => {
  it('makes a blocked run due, or leaves it paused if it is that as well', () => {
    const blocked = { reason: 'NON_DETERMINISTIC', message: 'changed', build: 'b1' } as const
    expect(controlRun(free('BLOCKED', { blocked }), actions.unblock, now)).toMatchObject({
      run: { status: 'PENDING', dueAt: now, blocked: null },
    })
    expect(
      controlRun(free('BLOCKED', { blocked, control: askedToPause }), actions.unblock, now),
    ).toMatchObject({
      run: { status: 'PAUSED', blocked: null },
    })
  })
})

describe('setDeadline', () => {
  it('sets or takes away the instant at which the run times out', () => {
    expect(controlRun(free('SUSPENDED'), actions.setDeadline, now)).toMatchObject({
      run: { control: { deadlineAt: now + 77 } },
    })
    expect(controlRun(free('SUSPENDED'), { kind: 'setDeadline', deadlineAt: null }, now)).toMatchObject({
      run: { control: { deadlineAt: null } },
    })
  })
})

describe('children', () => {
  const family = (run: RunRecord): RunRecord => ({ ...run, childCount: 2 })

  it.each<[Kind, RunRecord, ControlAction | null]>([
    ['pause', free('SUSPENDED'), { kind: 'pause' }],
    ['resume', free('PAUSED'), { kind: 'resume' }],
    ['cancel', free('SUSPENDED'), { kind: 'cancel', reason: 'parent cancelled' }],
    ['terminate', free('SUSPENDED'), { kind: 'terminate', reason: 'parent terminated' }],
    ['unblock', free('BLOCKED'), null],
    ['setDeadline', free('SUSPENDED'), null],
  ])('are asked to follow a %s', (kind, run, cascade) => {
    expect(controlRun(family(run), actions[kind], now)).toMatchObject({ effects: { cascade } })
    expect(controlRun(run, actions[kind], now)).toMatchObject({ effects: { cascade: null } })
  })

  it('report an end that needed no code to their parent', () => {
    const child = freeRun({ parent: { executionId: 'root', runNo: 1, operationId: 'op-9' } })
    expect(controlRun(child, actions.cancel, now)).toMatchObject({
      effects: { outcome: { to: { executionId: 'root' }, message: { outcome: 'CANCELLED' } } },
    })
  })
})

describe('wake', () => {
  it('makes a suspended run due at once', () => {
    expect(controlRun(free('SUSPENDED'), actions.wake, now)).toMatchObject({
      kind: 'accept',
      run: { status: 'PENDING', dueAt: now, control: { seq: 0 } },
      effects: { outcome: null, cascade: null },
    })
  })

  it.each([
    { nonce: 'another', commitSeq: 2 },
    { nonce: 'nonce-3', commitSeq: 1 },
  ])('is refused if the last commit is another than %o', (mark) => {
    const answer = { kind: 'refused', status: 'SUSPENDED' }
    expect(controlRun(free('SUSPENDED'), { kind: 'wake', mark }, now)).toEqual({ kind: 'refuse', answer })
    expect(controlRun(free('SUSPENDED', { applied: null }), { kind: 'wake', mark }, now).kind).toBe('refuse')
  })
})
