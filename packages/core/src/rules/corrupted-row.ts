import type { EncodedValue } from '../encoded-value.js'
import type { BlockedReason, RunRecord, RunState } from '../records.js'
import { executionStatuses, isTerminal } from '../statuses.js'

/**
 * A row that somebody or something has damaged. **It is one run's misfortune**: whoever meets it goes on with the others, a
 * claim puts it out of the index, and people see the run BLOCKED as CORRUPTED until the row is mended or the run ended.
 */

/** The part of a run's record that is not in its state. */
export type RunValues = Omit<RunRecord, keyof RunState>

/** Which fields of a run's state are not what they can be, as a text; null: none. */
export function findStateDamage(run: RunState): string | null {
  return fieldsNotAs(stateChecks, run)
}

/** The same of its values; undefined: they are not there. */
export function findValuesDamage(values: RunValues | undefined): string | null {
  return values === undefined ? 'input' : fieldsNotAs(valueChecks, values)
}

/** What can be shown of a run whose row is damaged, and what can be asked of it. **An end stays the end that it was.** */
export function salvageState<Run extends RunState>(run: Run, damage: string): Run {
  const { control, waitsFor, decided } = run
  const hasEnded = isTerminal(run.status)
  return {
    ...run,
    status: hasEnded ? run.status : 'BLOCKED',
    blocked: hasEnded ? null : corruptedReason(run, damage),
    waitsFor: areTexts(waitsFor) ? waitsFor : [],
    control: isCancel(control.cancel) ? control : { ...control, cancel: null },
    decided: isDecided(decided) ? decided : null,
    corrupted: damage,
  }
}

/** Stands for values that cannot be read. */
export const lostValues: RunValues = Object.freeze({
  seed: '',
  input: { format: 'json', data: 'null' },
  inputHash: '',
  startInputHash: '',
  tenantId: null,
  auth: null,
  searchAttributes: null,
  output: null,
  error: null,
  compensationOutcome: null,
})

/**
 * The row as the claim that meets the damage leaves it: nobody's, in no index, and with what is damaged as it is, for
 * whoever mends it.
 */
export function setAsideRow<Run extends RunState>(run: Run, damage: string, now: number): Run {
  return {
    ...run,
    status: 'BLOCKED',
    blocked: corruptedReason(run, damage),
    blockedAt: now,
    corrupted: damage,
    leaseUntil: null,
    leaseOwner: null,
    fence: { epoch: run.fence.epoch + 1, nonce: '' },
  }
}

/** Why a run does not go on of which something cannot be read. */
export function corruptedReason(
  { executionId }: { readonly executionId: string },
  damage: string,
): BlockedReason {
  return {
    reason: 'CORRUPTED',
    message:
      `What is stored of the run cannot be read (${damage}). Mend the row and call engine.unblock("${executionId}"), or ` +
      `call engine.terminate("${executionId}").`,
    build: '',
  }
}

type Checks<Row> = readonly (readonly [field: string, isFine: (row: Row) => boolean])[]

const stateChecks: Checks<RunState> = [
  ['status', ({ status }) => executionStatuses.includes(status)],
  ['blocked', ({ blocked }) => blocked === null || areTexts([blocked?.reason, blocked?.message])],
  ['decided', ({ decided }) => isDecided(decided)],
  ['waitsFor', ({ waitsFor }) => areTexts(waitsFor)],
  ['control.cancel', ({ control }) => isCancel(control.cancel)],
]

const valueChecks: Checks<RunValues> = [
  ['input', ({ input }) => isEncoded(input)],
  ['auth', ({ auth }) => auth === null || isEncoded(auth)],
  ['output', ({ output }) => output === null || isEncoded(output)],
  ['error', ({ error }) => error === null || areTexts([error?.name, error?.message])],
  ['searchAttributes', ({ searchAttributes: found }) => typeof found === 'object' && !Array.isArray(found)],
]

function fieldsNotAs<Row>(checks: Checks<Row>, row: Row): string | null {
  const damaged = checks.filter(([, isFine]) => !isFine(row))
  return damaged.length === 0 ? null : damaged.map(([field]) => field).join(', ')
}

function isDecided(decided: unknown): boolean {
  return decided === null || decided === 'CANCELLED' || decided === 'TIMED_OUT'
}

function isCancel(cancel: RunState['control']['cancel'] | undefined): boolean {
  return cancel === null || typeof cancel?.requestedAt === 'number'
}

function areTexts(values: unknown): values is readonly string[] {
  return Array.isArray(values) && values.every((value) => typeof value === 'string')
}

function isEncoded(value: EncodedValue | null | undefined): boolean {
  return (
    typeof value?.format === 'string' && (typeof value.data === 'string' || value.data instanceof Uint8Array)
  )
}
