import { atMostOnce } from './kinds/at-most-once.js'
import { attempt } from './kinds/attempt.js'
import { background } from './kinds/background.js'
import { branches } from './kinds/branches.js'
import { childContext } from './kinds/child-context.js'
import { derived } from './kinds/derived.js'
import { failure } from './kinds/failure.js'
import { hostile } from './kinds/hostile.js'
import { loop } from './kinds/loop.js'
import { reading } from './kinds/reading.js'
import { sideEffect } from './kinds/side-effect.js'
import { sleep } from './kinds/sleep.js'
import { sleepUntil } from './kinds/sleep-until.js'
import { slowStep } from './kinds/slow-step.js'
import { step, trackedStep, tryStep } from './kinds/step.js'
import { waitForEvent } from './kinds/wait-for-event.js'
import type { NodeKind, ProgramNode } from './node-kind.js'

/** Every kind of node. The first is what the others are shrunk to. */
export const nodeKinds: readonly NodeKind[] = [
  step,
  tryStep,
  trackedStep,
  slowStep,
  atMostOnce,
  sleep,
  sleepUntil,
  waitForEvent,
  sideEffect,
  reading,
  failure,
  childContext,
  ...branches,
  attempt,
  loop,
  background,
  derived,
  hostile,
]

const byName = new Map(nodeKinds.map((kind) => [kind.kind, kind]))

export function kindOf({ kind }: ProgramNode): NodeKind {
  const found = byName.get(kind)
  if (found === undefined) throw new Error(`No kind of node is called ${kind}`)
  return found
}
