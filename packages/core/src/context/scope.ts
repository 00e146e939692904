import { childPath, type OperationPath } from '../operation-id.js'
import { type SeededRandom, seededRandom } from '../random.js'
import type { OperationExtras } from '../records.js'
import type { OpenOperation } from './open-operation.js'
import type { Place } from './place.js'

/** Says of a closed context that the cancel was delivered in it: a replay, which does not run it, need not wonder. */
const cancelTaken: OperationExtras = Object.freeze({ cancelTaken: true })

/**
 * One context: the root of a run or a child context. It hands out identities, in the order of the calls, and knows
 * what is open in it.
 *
 * Random numbers are drawn per context, because a closed context is not replayed and so must not have used up numbers
 * of its siblings.
 */
export class Scope {
  readonly place: Place
  readonly path: OperationPath
  readonly parent: Scope | null
  readonly open: Set<OpenOperation> = new Set()
  /** Of the open operations, the one of each name that was called last. */
  readonly newest: Map<string, OpenOperation> = new Map()
  readonly children: Set<Scope> = new Set()
  /** Bodies of steps that run in this very context. */
  readonly bodies: Set<RunningBody> = new Set()
  /** An operation in it, or further in, was rejected because the execution is being cancelled. */
  isCancelTaken = false
  readonly #seed: string
  readonly #occurrences = new Map<string, number>()
  #random: SeededRandom | undefined

  constructor(seed: string, place: Place, parent: Scope | null = null) {
    this.#seed = seed
    this.place = place
    this.path = place.path
    this.parent = parent
    parent?.children.add(this)
  }

  /** The identity of the next operation of this name. */
  identify(name: string): Identity {
    const occurrence = (this.#occurrences.get(name) ?? 0) + 1
    this.#occurrences.set(name, occurrence)
    const path = childPath(this.path, name, occurrence)
    return { key: name, operationId: path.operationId, parentId: this.path.operationId, occurrence, path }
  }

  get isClosed(): boolean {
    return !this.place.isOpen
  }

  get random(): SeededRandom {
    this.#random ??= seededRandom(`${this.#seed}/${this.path.sequence}`)
    return this.#random
  }

  /** The operation has been delivered: what came of it is user code's to keep. */
  forget(operation: OpenOperation): void {
    this.open.delete(operation)
    if (this.newest.get(operation.identity.key) === operation) this.newest.delete(operation.identity.key)
  }

  /** The context and all below it, each before what it holds. Contexts may be nested deeper than the stack is. */
  *withDescendants(): Generator<Scope> {
    const open: Scope[] = [this]
    for (let scope = open.pop(); scope !== undefined; scope = open.pop()) {
      yield scope
      for (const child of scope.children) open.push(child)
    }
  }

  takeCancel(): void {
    for (let scope: Scope | null = this; scope !== null && !scope.isCancelTaken; scope = scope.parent)
      scope.isCancelTaken = true
  }

  /** What is recorded with the end of the context. */
  get marks(): { readonly extras?: OperationExtras } {
    return this.isCancelTaken ? { extras: cancelTaken } : {}
  }

  enter(path: OperationPath): Scope {
    return new Scope(this.#seed, this.place.inContext(path), this)
  }
}

export interface Identity {
  /** What is counted: the name, or the id that takes its place. */
  readonly key: string
  readonly operationId: string
  readonly parentId: string | null
  readonly occurrence: number
  readonly path: OperationPath
}

/** A body that has been started and has not come back. */
export interface RunningBody {
  /** The step whose body it is; undefined for what is the library's own. */
  readonly name?: string
  /** No body at all: the delay before the next attempt, spent in the process. */
  readonly isDelay?: true
  abort(reason: () => unknown): void
}
