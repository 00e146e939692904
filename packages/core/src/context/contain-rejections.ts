import { isDurableError } from '../errors.js'
import { currentPlace, listeningPlace } from './async-zone.js'
import type { Place } from './place.js'

/**
 * Keeps rejections that nobody handled from ending the process, if they are of a run, for as long as somebody in the
 * process works on runs. Returns what ends that for the caller.
 *
 * Node.js announces such a rejection by `process.emit`, **called in the async context of the promise**. So what belongs
 * to a run is claimed there and logged, and everything else goes through untouched: the process ends with the original
 * error, or the application's own listeners decide, as if this were not here. A listener could not do that: the first
 * one changes what Node.js does, and none keeps the others from being called.
 */
export function containRejections(): () => void {
  if (holders === 0) install()
  holders += 1
  let isHeld = true
  return () => {
    if (!isHeld) return
    isHeld = false
    holders -= 1
    if (holders === 0) uninstall()
  }
}

type Emit = (this: unknown, event: string | symbol, ...args: unknown[]) => boolean

// The overloads of `process.emit` are of known events; here all pass through.
const emitter = process as unknown as { emit: Emit }

let holders = 0
/** False while nobody works on runs, in a wrapper that could not be taken off. */
let isActive = false
let takeOff: (() => boolean) | undefined

/** Rejections that were claimed: that they are handled late is nobody else's business either. */
const claimed = new WeakSet<object>()

function install(): void {
  isActive = true
  if (takeOff !== undefined && isInPlace()) return
  const isOwn = Object.hasOwn(emitter, 'emit')
  const { emit } = emitter
  const wrapper: Emit = function (event, ...args) {
    return (isActive && claims(event, args)) || Reflect.apply(emit, this, [event, ...args])
  }
  emitter.emit = wrapper
  takeOff = () => {
    if (emitter.emit !== wrapper) return false
    if (isOwn) emitter.emit = emit
    else Reflect.deleteProperty(emitter, 'emit')
    return true
  }
}

/** Somebody may have wrapped the wrapper: then it stays, passes everything on, and serves the next holder. */
function uninstall(): void {
  if (takeOff?.() === true) takeOff = undefined
  isActive = false
}

const probe = Symbol('probe')

/** Whether the wrapper is still called: whoever wrapped it may have put back what was there before both. */
function isInPlace(): boolean {
  return emitter.emit(probe)
}

function claims(event: string | symbol, [first, second]: readonly unknown[]): boolean {
  switch (event) {
    case 'unhandledRejection':
      return claim(first, second)
    // With --unhandled-rejections=strict a rejection is an exception first, and announced as a rejection after.
    case 'uncaughtExceptionMonitor':
      return isOfListener(second) || isRejection(second)
    case 'uncaughtException':
      return isOfListener(second) ? claimThrown(first) : isRejection(second)
    case 'rejectionHandled':
      return typeof first === 'object' && first !== null && claimed.has(first)
    default:
      return event === probe
  }
}

function isRejection(origin: unknown): boolean {
  return origin === 'unhandledRejection' && currentPlace() !== undefined
}

/** Node.js throws what a listener of a signal threw, or rejected with, once more where nobody can catch it. */
function isOfListener(origin: unknown): boolean {
  return origin === 'uncaughtException' && listeningPlace() !== undefined
}

function claimThrown(error: unknown): boolean {
  const place = listeningPlace()
  if (place !== undefined) reportThrown(place, error)
  return place !== undefined
}

function claim(reason: unknown, promise: unknown): boolean {
  const place = currentPlace()
  if (place === undefined) return false
  if (typeof promise === 'object' && promise !== null) claimed.add(promise)
  // What still waited in a context when that ended was told so, and may well not care.
  if (place.isOpen || !isDurableError(reason, 'CANCELLED')) report(place, reason)
  return true
}

function report({ run, step, path }: Place, reason: unknown): void {
  const { workflow, executionId, runNo } = run
  const where = step !== undefined ? ` in step "${step}"` : path.readable && ` in "${path.readable}"`
  const operation = step ?? (path.readable || nameOf(reason))
  run.logger.warn(
    `A promise of execution ${executionId} (${workflow}) was rejected${where}, and nothing in the workflow handles ` +
      'that. The run goes on. Await the promise, or give it a catch where it is made.',
    { workflow, executionId, runNo, ...(operation === undefined ? {} : { operation }), error: reason },
  )
}

function reportThrown({ run, step }: Place, error: unknown): void {
  const { workflow, executionId, runNo } = run
  const whose = step === undefined ? 'ctx.signal' : `the signal of step "${step}"`
  run.logger.warn(
    `A listener of ${whose} of execution ${executionId} (${workflow}) failed, and nobody can handle that. The run ` +
      'goes on. Catch in the listener what it may throw.',
    { workflow, executionId, runNo, ...(step === undefined ? {} : { operation: step }), error },
  )
}

/** The operation that an error of ours is about. */
function nameOf(reason: unknown): unknown {
  return isDurableError(reason) ? reason.details['name'] : undefined
}
