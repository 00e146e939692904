import type { TerminalStatus, Turn } from '@perdure/core'
import { json } from './builders.js'

/** The turn that ends a run. */
export function finish(
  status: Exclude<TerminalStatus, 'CONTINUED_AS_NEW' | 'TERMINATED'> = 'COMPLETED',
): Extract<Turn, { kind: 'finish' }> {
  const isDone = status === 'COMPLETED'
  return {
    kind: 'finish',
    status,
    output: isDone ? json('the output') : null,
    error: isDone ? null : { name: 'Error', message: `ended ${status}` },
    compensationOutcome: isDone ? null : 'SUCCEEDED',
  }
}

/** The turn that waits for messages, and until an instant if one is given. */
export function suspend(waitsFor: readonly string[] = [], dueAt: number | null = null): Turn {
  return { kind: 'suspend', dueAt, waitsFor }
}

/** The turn that begins the next run. */
export function continueAsNew(overrides: Partial<Extract<Turn, { kind: 'continueAsNew' }>> = {}): Turn {
  return {
    kind: 'continueAsNew',
    input: json({ order: 43 }),
    inputHash: 'hash-of-43',
    version: '1',
    seed: 'next seed',
    ...overrides,
  }
}

/** The turn of code that does not fit the journal. */
export function block(overrides: Partial<Extract<Turn, { kind: 'block' }>['blocked']> = {}): Turn {
  const blocked = { reason: 'NON_DETERMINISTIC', message: 'step, not sleep', build: 'build-1' } as const
  return { kind: 'block', blocked: { ...blocked, ...overrides } }
}
