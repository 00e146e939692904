import type { RunRecord, WorkerRecord } from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { runRecord } from '../test/run-record.js'
import { candidatesOf, isDue, shownStatus } from './shown-status.js'

const now = 5_000

function worker(workflow: string, version = '1', queues: readonly string[] = ['default']): WorkerRecord {
  const pairs = [{ workflow, version, build: 'b1' }]
  return { namespace: 'main', workerId: `${workflow}-${version}`, queues, pairs, seenAt: now }
}

function reasonOf(run: RunRecord, workers: readonly WorkerRecord[]): string | undefined {
  return shownStatus(run, workers, now).blocked?.reason
}

describe('a due run', () => {
  it('is what it is while a living worker has its code', () => {
    expect(shownStatus(runRecord(), [worker('checkout')], now)).toEqual({ status: 'PENDING' })
  })

  it('is what it is while no worker is alive: nobody knows what is missing', () => {
    expect(shownStatus(runRecord(), [], now)).toEqual({ status: 'PENDING' })
  })

  it('is shown as BLOCKED where no living worker has the workflow, or its version, on its queue', () => {
    expect(reasonOf(runRecord(), [worker('refund')])).toBe('MISSING_HANDLER')
    expect(reasonOf(runRecord(), [worker('checkout', '2')])).toBe('MISSING_VERSION')
    expect(reasonOf(runRecord(), [worker('checkout', '1', ['slow'])])).toBe('MISSING_HANDLER')
    expect(reasonOf(runRecord({ queue: 'slow' }), [worker('checkout', '1', ['slow'])])).toBeUndefined()
  })

  it('says what is missing', () => {
    const shown = shownStatus(runRecord(), [worker('checkout', '2')], now)
    expect(shown).toEqual({
      status: 'BLOCKED',
      blocked: {
        reason: 'MISSING_VERSION',
        message:
          'No living worker has workflow "checkout" version "1" on queue "default": start one that has, or terminate ' +
          'the execution.',
      },
    })
  })
})

describe('a run whose lease is over', () => {
  const run = runRecord({ status: 'RUNNING', leaseUntil: now })

  it('is run by nobody', () => {
    for (const workers of [[], [worker('checkout')]])
      expect(shownStatus(run, workers, now)).toEqual({ status: 'PENDING' })
    expect(shownStatus({ ...run, direct: true }, [worker('refund')], now)).toEqual({ status: 'PENDING' })
  })

  it('is shown as BLOCKED where nobody has its code', () => {
    expect(reasonOf(run, [worker('refund')])).toBe('MISSING_HANDLER')
  })

  it('is shown with how it will end, if that is decided', () => {
    const { blocked } = shownStatus({ ...run, decided: 'CANCELLED' }, [worker('refund')], now)
    expect(blocked?.message).toMatch(/ It will end CANCELLED once its code can clean up\.$/)
  })
})

describe('the statuses of rows that are shown with some', () => {
  it('are those that a run may be shown with another of', () => {
    expect(candidatesOf(['BLOCKED'])).toEqual(['BLOCKED', 'PENDING', 'SUSPENDED', 'RUNNING'])
    expect(candidatesOf(['PENDING', 'FAILED'])).toEqual(['PENDING', 'RUNNING', 'FAILED'])
    expect(candidatesOf([])).toEqual([])
  })
})

describe('any other run', () => {
  it.each<[string, RunRecord]>([
    ['sleeps', runRecord({ status: 'SUSPENDED', dueAt: now + 1 })],
    ['waits for a message', runRecord({ status: 'SUSPENDED', dueAt: null })],
    ['is held', runRecord({ status: 'RUNNING', leaseUntil: now + 1 })],
    ['has ended', runRecord({ status: 'COMPLETED' })],
    ['is paused', runRecord({ status: 'PAUSED' })],
  ])('is what it is, whoever is alive: one that %s', (_, run) => {
    expect(isDue(run, now)).toBe(false)
    expect(shownStatus(run, [worker('refund')], now)).toEqual({ status: run.status })
  })

  it('shows why it is blocked, without the build', () => {
    const blocked = { reason: 'NON_DETERMINISTIC', message: 'changed', build: 'b1' } as const
    expect(shownStatus(runRecord({ status: 'BLOCKED', blocked }), [], now)).toEqual({
      status: 'BLOCKED',
      blocked: { reason: 'NON_DETERMINISTIC', message: 'changed' },
    })
  })
})
