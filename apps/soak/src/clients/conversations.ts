import { setTimeout as delay } from 'node:timers/promises'
import type { SeededRandom } from '@perdure/core'
import type { ExecutionHandle } from '@perdure/engine'
import type { RunKind } from '../workflows/run-kind.js'
import type { Client, StartAs } from './client.js'

/** What a conversation may use. */
export interface Talk {
  readonly client: Client
  readonly executionId: string
  readonly random: SeededRandom
  /** Resolves when nothing has happened anywhere for so long that only a look of its own shows a worker what is new. */
  readonly silence: Promise<void>
  /** Breaks the row of this execution. */
  damage(): void
}

/** From the start of an execution to its end, as one client sees it. Answers the run to wait for, if any. */
type Conversation = (talk: Talk, kind: RunKind) => Promise<ExecutionHandle | undefined>

const pause = ({ random }: Talk, fromMs: number, toMs: number): Promise<void> =>
  delay(fromMs + random.next() * (toMs - fromMs))

const start = (talk: Talk, kind: RunKind, options?: StartAs): Promise<ExecutionHandle | undefined> =>
  talk.client.start(kind, talk.executionId, options)

/** Starts it, now and then twice: the second start finds the first one's run. */
const simple: Conversation = async (talk, kind) => {
  const priority = Math.floor(talk.random.next() * 5)
  const handle = await start(talk, kind, { priority })
  if (talk.random.next() < 0.1) await start(talk, kind, { priority, idReusePolicy: 'returnExisting' })
  return handle
}

const scheduled: Conversation = (talk, kind) =>
  start(talk, kind, { startAt: new Date(Date.now() + 300 + talk.random.next() * 1_200), priority: 50 })

const listener: Conversation = async (talk, kind) => {
  const handle = await start(talk, kind)
  if (handle === undefined) return undefined
  for (const count of [1, 2]) {
    await pause(talk, 0, 700)
    const event = { eventId: `${talk.executionId}/${count}`, dedupeId: `go ${count}` }
    await talk.client.send(handle, 'go', event)
    // A sender that does not know whether it was heard asks again.
    if (talk.random.next() < 0.3) await talk.client.send(handle, 'go', event)
  }
  return handle
}

/** Two runs of one execution. The handle of the first one is used late, and must not reach the second. */
const rerun: Conversation = async (talk, kind) => {
  const first = await start(talk, kind)
  if (first === undefined) return undefined
  await talk.client.send(first, 'go', { eventId: `${talk.executionId}/first`, dedupeId: 'go' })
  await talk.client.result(first)
  const second = await start(talk, kind, { idReusePolicy: 'newRunAfterTerminal' })
  if (second === undefined) return undefined
  await talk.client.control(first, 'cancel')
  await talk.client.send(second, 'go', { eventId: `${talk.executionId}/second`, dedupeId: 'go' })
  return second
}

const ended =
  (action: 'cancel' | 'terminate'): Conversation =>
  async (talk, kind) => {
    const handle = await start(talk, kind)
    if (handle === undefined) return undefined
    await pause(talk, 0, 1_500)
    await talk.client.control(handle, action)
    return handle
  }

const paused: Conversation = async (talk, kind) => {
  const handle = await start(talk, kind)
  if (handle === undefined) return undefined
  await pause(talk, 100, 1_000)
  await talk.client.control(handle, 'pause')
  await pause(talk, 100, 1_000)
  // Some are forgotten: they stay paused.
  if (talk.random.next() < 0.1) return undefined
  await talk.client.control(handle, 'resume')
  return handle
}

const deadline: Conversation = (talk, kind) =>
  start(talk, kind, { timeout: Math.floor(400 + talk.random.next() * 1_200) })

const called: Conversation = async (talk, kind) => {
  const handle = await start(talk, kind)
  if (handle === undefined) return undefined
  await talk.silence
  await talk.client.send(handle, 'go', { eventId: `${talk.executionId}/call`, dedupeId: 'call' })
  return handle
}

const dismissed: Conversation = async (talk, kind) => {
  const handle = await start(talk, kind)
  if (handle === undefined) return undefined
  await talk.silence
  await talk.client.control(handle, 'cancel')
  return handle
}

const damaged: Conversation = async (talk, kind) => {
  const handle = await start(talk, kind)
  if (handle === undefined) return undefined
  await pause(talk, 100, 1_200)
  talk.damage()
  return handle
}

/** Nobody waits for what ends the process that it runs in. */
const unheeded: Conversation = async (talk, kind) => {
  await start(talk, kind)
  return undefined
}

const special: Partial<Record<RunKind, Conversation>> = {
  scheduled,
  listener,
  rerun,
  refund: ended('cancel'),
  terminated: ended('terminate'),
  paused,
  deadline,
  called,
  dismissed,
  damaged,
  poison: unheeded,
}

export function conversationOf(kind: RunKind): Conversation {
  return special[kind] ?? simple
}
