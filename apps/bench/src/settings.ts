/** How much work a measurement does. */
export interface Settings {
  readonly rounds: number
  /** Runs of the workloads with many runs. */
  readonly runCount: number
  /** Steps of the workload with one long run. */
  readonly longStepCount: number
  readonly latencyRunCount: number
  readonly inFlight: number
  /** What each step returns, and each floor writes. */
  readonly payload: string
}

export const fullSettings: Settings = {
  rounds: 3,
  runCount: 2_500,
  longStepCount: 10_000,
  latencyRunCount: 300,
  inFlight: 50,
  payload: JSON.stringify({ ok: true, id: 'charge-0000000000', cents: 12_345 }),
}

export const quickSettings: Settings = {
  ...fullSettings,
  rounds: 1,
  runCount: 200,
  longStepCount: 500,
  latencyRunCount: 20,
}
