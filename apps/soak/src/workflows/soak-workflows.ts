import { defineWorkflow } from '@perdure/core'
import type { AnyWorkflow } from '@perdure/engine'
import type { SoakLog } from '../effects/soak-log.js'
import { poison } from './poison.js'
import type { RunKind } from './run-kind.js'
import type { Script } from './script.js'
import { called, forever, listener, race, refund, rerun, sleeper } from './waiting.js'
import { Witness } from './witness.js'
import { damaged, fan, journey, outside, payment, steps, stray, terminated } from './working.js'

const scripts: Readonly<Record<RunKind, Script>> = {
  steps,
  payment,
  journey,
  sleeper,
  listener,
  fan,
  race,
  outside,
  stray,
  scheduled: steps,
  rerun,
  refund,
  terminated,
  paused: sleeper,
  // Its deadline passes while it waits.
  deadline: forever,
  forever,
  called,
  // Cancelled while it waits.
  dismissed: forever,
  damaged,
  poison,
}

/** A workflow per kind, under its name. */
export function soakWorkflows(log: SoakLog): readonly AnyWorkflow[] {
  return Object.entries(scripts).map(([kind, script]) =>
    // A clean-up is to be seen through, however long poison and a loaded machine keep it from going on.
    defineWorkflow({ name: kind, cancelGrace: '5m' }, async (ctx) => {
      const witness = new Witness(ctx, log)
      // The keys of the table are the kinds.
      witness.entered(kind as RunKind)
      return script(ctx, witness)
    }),
  )
}
