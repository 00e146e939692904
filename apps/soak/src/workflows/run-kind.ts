/**
 * What a run does, and so what may become of it. The execution id begins with it, so that whoever meets the run knows
 * what to expect.
 */
export type RunKind =
  | 'steps'
  | 'payment'
  | 'journey'
  | 'sleeper'
  | 'listener'
  | 'fan'
  | 'race'
  | 'outside'
  | 'stray'
  | 'scheduled'
  | 'rerun'
  | 'refund'
  | 'terminated'
  | 'paused'
  | 'deadline'
  | 'forever'
  | 'called'
  | 'dismissed'
  | 'damaged'
  | 'poison'

/** Kinds that wait, without any timer, until the silence at the end. */
export const patientKinds = ['called', 'dismissed'] as const satisfies readonly RunKind[]
type PatientKind = (typeof patientKinds)[number]

/** How many of a hundred runs are of a kind; the others are dosed apart, by time. */
export const shares: Readonly<Record<Exclude<RunKind, 'poison' | 'damaged' | PatientKind>, number>> = {
  steps: 5,
  journey: 7,
  payment: 10,
  sleeper: 9,
  listener: 12,
  fan: 8,
  race: 9,
  outside: 6,
  stray: 5,
  scheduled: 5,
  rerun: 5,
  refund: 7,
  terminated: 4,
  paused: 4,
  deadline: 3,
  forever: 1,
}

/** A run that waits for what never comes, or that is broken on purpose: nobody expects its end. */
export function mayNeverEnd(kind: RunKind): boolean {
  return kind === 'forever' || kind === 'damaged' || kind === 'poison'
}

export function isPatient(kind: RunKind): kind is PatientKind {
  return patientKinds.some((each) => each === kind)
}

export function kindOf(executionId: string): RunKind {
  // Ids are made by `executionIdOf` alone.
  return executionId.slice(0, executionId.indexOf(':')) as RunKind
}

export function executionIdOf(kind: RunKind, client: string, count: number): string {
  return `${kind}:${client}:${count}`
}

/** Picks a kind; `chance` is in [0, 1). */
export function pickKind(chance: number): RunKind {
  let left = chance * 100
  for (const [kind, share] of Object.entries(shares)) {
    left -= share
    if (left < 0) return kind as RunKind
  }
  return 'steps'
}
