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
  recordDeadline: { kind: 'recordDeadline', deadlineAt: now - 1 },
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
        recordDeadline: 'refused',
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
        recordDeadline: 'refused',
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
        recordDeadline: 'refused',
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
        recordDeadline: 'refused',
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
        recordDeadline: 'refused',
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
        recordDeadline: 'refused',
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
        recordDeadline: 'refused',
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
  it('ends a run that was never claimed at once, and without its code', () => {
    for (const run of [freeRun(), freeRun({ status: 'PAUSED', control: askedToPause })]) {
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

  it('needs the code of a run that was ever claimed, though it has recorded nothing', () => {
    const { fence } = heldRun()
    expect(controlRun(heldRun({ applied: null }), actions.cancel, now)).toMatchObject({
      run: { status: 'RUNNING', decided: 'CANCELLED', fence },
      ending: null,
    })
    expect(controlRun(free('SUSPENDED', { applied: null }), actions.cancel, now)).toMatchObject({
      run: { status: 'PENDING', decided: 'CANCELLED', dueAt: now },
    })
  })

  it('takes the power of a deadline away, passed or not', () => {
    for (const deadlineAt of [now - 5, now + 5]) {
      const control = { seq: 0, paused: false, cancel: null, deadlineAt }
      expect(controlRun(free('SUSPENDED', { control }), actions.cancel, now)).toMatchObject({
        run: { decided: 'CANCELLED', control: { deadlineAt: null } },
      })
    }
  })

  it('is refused once the passing of a deadline was recorded', () => {
    const run = free('PENDING', { decided: 'TIMED_OUT' })
    expect(controlRun(run, actions.cancel, now)).toEqual({
      kind: 'refuse',
      answer: { kind: 'refused', status: 'PENDING' },
    })
  })

  it('counts as made after every message there is, and after what a holder was told', () => {
    expect(controlRun(heldRun({ answeredAt: now }), actions.cancel, now)).toMatchObject({
      run: { control: { cancel: { requestedAt: now + 2 } }, answeredAt: now + 1 },
    })
  })

  it.each(['POISONED', 'CORRUPTED'] as const)('of a run that is %s is for its parent alone', (reason) => {
    const run = free('BLOCKED', { blocked: { reason, message: 'died', build: 'b1' } })
    expect(controlRun(run, actions.cancel, now)).toEqual({
      kind: 'refuse',
      answer: { kind: 'refused', status: 'BLOCKED', setAside: reason },
    })
    const byParent = { kind: 'cancel', reason: 'parent closed', byParent: true } as const
    const kept = controlRun(run, byParent, now)
    expect(kept).toMatchObject({ run: { status: 'BLOCKED', blocked: { reason }, decided: 'CANCELLED' } })
    if (kept.kind === 'refuse') throw new Error('refused')
    expect(controlRun(kept.run, actions.unblock, now)).toMatchObject({
      run: { status: 'PENDING', dueAt: now, control: { cancel: { reason: 'parent closed' } } },
    })
  })

  it('makes any other run due and is kept until a worker delivers it', () => {
    expect(controlRun(free('SUSPENDED'), actions.cancel, now)).toMatchObject({
      run: {
        status: 'PENDING',
        dueAt: now,
        decided: 'CANCELLED',
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

describe('recordDeadline', () => {
  const passed = { kind: 'recordDeadline', deadlineAt: now - 1 } as const
  const control = { seq: 3, paused: false, cancel: null, deadlineAt: now - 1 }

  it('ends a run that was never claimed', () => {
    expect(controlRun(freeRun({ control }), passed, now)).toMatchObject({
      run: { status: 'TIMED_OUT', finishedAt: now },
      ending: { status: 'TIMED_OUT', error: { code: 'EXECUTION_TIMED_OUT' }, compensationOutcome: 'SKIPPED' },
    })
  })

  it('decides the ending of any other, makes it due and clears the deadline', () => {
    for (const status of ['SUSPENDED', 'PAUSED', 'BLOCKED', 'PENDING'] as const) {
      const paused = status === 'PAUSED'
      const blocked = { reason: 'MISUSE', message: 'outer', build: 'b1' } as const
      const run = free(status, {
        control: { ...control, paused },
        blocked: status === 'BLOCKED' ? blocked : null,
      })
      const cleared = { seq: 4, paused: false, cancel: null, deadlineAt: null }
      expect(controlRun(run, passed, now), status).toMatchObject({
        run: { status: 'PENDING', decided: 'TIMED_OUT', dueAt: now, blocked: null, control: cleared },
        ending: null,
      })
    }
  })

  it('fences a holder whose lease ran out, and leaves one that is alive to end its run', () => {
    expect(controlRun(heldRun({ control, leaseUntil: now }), passed, now)).toMatchObject({
      run: { status: 'PENDING', leaseUntil: null, fence: { epoch: 4, nonce: '' } },
    })
    expect(controlRun(heldRun({ control }), passed, now).kind).toBe('refuse')
  })

  it('is refused if the deadline is another by now, or has not passed', () => {
    const run = free('SUSPENDED', { control: { ...control, deadlineAt: now + 1 } })
    expect(controlRun(run, passed, now).kind).toBe('refuse')
    expect(controlRun(run, { ...passed, deadlineAt: now + 1 }, now).kind).toBe('refuse')
  })

  it('takes effect on a run that was set aside when it is unblocked', () => {
    const blocked = { reason: 'POISONED', message: 'died', build: 'b1' } as const
    expect(controlRun(free('BLOCKED', { control, blocked }), passed, now)).toMatchObject({
      run: { status: 'BLOCKED', decided: 'TIMED_OUT', blocked, control: { deadlineAt: null } },
    })
  })
})

describe('children', () => {
  const family = (run: RunRecord): RunRecord => ({ ...run, childCount: 2 })

  it.each<[Kind, RunRecord, ControlAction | null]>([
    ['pause', free('SUSPENDED'), { kind: 'pause' }],
    ['resume', free('PAUSED'), { kind: 'resume' }],
    ['cancel', free('SUSPENDED'), { kind: 'cancel', reason: 'parent cancelled', byParent: true }],
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
