import { setTimeout as delay } from 'node:timers/promises'
import { createEngine, type Engine } from '@perdure/engine'
import { SoakLog } from './effects/soak-log.js'
import { disturb } from './processes/disturb.js'
import { disturbancePlan } from './processes/disturbance-plan.js'
import { Fleet } from './processes/fleet.js'
import type { Orders } from './processes/messages.js'
import { watchStalls } from './processes/watch-stalls.js'
import { longestAnswerMs, longestSettleMs, longestStartMs, silenceMs } from './settings.js'
import type { SoakFolder } from './soak-folder.js'
import { openSoakStore } from './stores/soak-stores.js'
import { isPatient, kindOf, mayNeverEnd, patientKinds, type RunKind } from './workflows/run-kind.js'

export interface SoakOptions extends Pick<Orders, 'store' | 'seed' | 'without'> {
  readonly durationMs: number
}

/** Lets the fleet work and disturbs it, then lets it come to rest. What happened is in the folder. */
export async function soak(
  options: SoakOptions,
  folder: SoakFolder,
  interrupted: AbortSignal,
): Promise<void> {
  const { store, seed, without, durationMs } = options
  const soakStore = openSoakStore(store, folder.path)
  const engine = createEngine({ store: soakStore.open() })
  // Opens the store before anybody else does: one process makes its tables.
  await engine.list({ limit: 1 })
  const log = new SoakLog(folder.log, 'main')
  const stopWatching = watchStalls(log)
  const fleet = new Fleet({ store, seed, without }, folder, log)
  try {
    await Promise.race([fleet.up(), delay(longestStartMs, undefined, { signal: interrupted })])
    for (const runKind of patientKinds) fleet.tell('client', { kind: 'begin', runKind })
    const beganAt = performance.now()
    await disturb(fleet, disturbancePlan(durationMs, options), interrupted)
    await delay(Math.max(0, durationMs - (performance.now() - beganAt)), undefined, { signal: interrupted })
    await comeToRest(engine, fleet, interrupted)
    log.fleet({ kind: 'closed' })
    await fleet.close()
  } catch (error) {
    await fleet.abandon()
    throw error
  } finally {
    stopWatching()
    log.close()
    await engine.close()
    soakStore.close()
  }
}

/**
 * Lets everything end, and then asks the idle workers for more, when nothing but their own looks can show it to them: no
 * hint, no timer, no work of their own, and no client in their process.
 */
async function comeToRest(engine: Engine, fleet: Fleet, signal: AbortSignal): Promise<void> {
  const isToEnd = (kind: RunKind): boolean => !mayNeverEnd(kind)
  await settle(engine, fleet, signal, longestSettleMs, (kind) => isToEnd(kind) && !isPatient(kind))
  fleet.tell('worker', { kind: 'deafen' })
  await delay(silenceMs, undefined, { signal })
  fleet.tell('client', { kind: 'breakSilence' })
  await settle(engine, fleet, signal, longestAnswerMs, isToEnd)
}

/**
 * Returns when all that is to end has ended, every client has heard of it and every process is there; or when no bound
 * is left that could excuse what is not.
 */
async function settle(
  engine: Engine,
  fleet: Fleet,
  signal: AbortSignal,
  withinMs: number,
  isToEnd: (kind: RunKind) => boolean,
): Promise<void> {
  const endAt = performance.now() + withinMs
  let isDrained = false
  void fleet.drain().then(() => {
    isDrained = true
  })
  while (performance.now() < endAt) {
    if (isDrained && fleet.isWhole && !(await isAnythingOpen(engine, isToEnd))) return
    await delay(250, undefined, { signal })
  }
}

async function isAnythingOpen(engine: Engine, isToEnd: (kind: RunKind) => boolean): Promise<boolean> {
  try {
    const { executions } = await engine.list({ status: ['PENDING', 'RUNNING', 'SUSPENDED'], limit: 1_000 })
    const kinds = executions.map(({ executionId }) => kindOf(executionId))
    // Poison that is not set aside yet wakes workers: there is no silence before.
    return kinds.some((kind) => kind === 'poison' || isToEnd(kind))
  } catch {
    // A row that cannot be read: nobody knows.
    return true
  }
}
