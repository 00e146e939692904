import { hash } from 'node:crypto'
import { ValidationError } from './errors.js'

/** Where an operation stands in its run. */
export interface OperationPath {
  /** The stored id; null for the root of the run. */
  readonly operationId: string | null
  /** The length-prefixed (name, occurrence) pairs from the root: what the id is the hash of. */
  readonly sequence: string
  /** For people: `resize/3/upload#2`. */
  readonly readable: string
}

/** The root of a run. */
export const rootPath: OperationPath = Object.freeze({ operationId: null, sequence: '', readable: '' })

/** 24 characters of base64url are 144 bits. */
const idLength = 24

/**
 * The path of the `occurrence`-th operation (1 is the first) called `name` inside `parent`.
 *
 * **The same calls give the same ids on every store and in every version**: a stored journal is found by them.
 */
export function childPath(
  parent: OperationPath,
  name: string,
  occurrence: number,
): OperationPath & { readonly operationId: string } {
  const sequence = `${parent.sequence}${name.length}:${name}#${occurrence};`
  const label = occurrence === 1 ? escapeName(name) : `${escapeName(name)}#${occurrence}`
  return {
    operationId: hash('sha256', sequence, 'base64url').slice(0, idLength),
    sequence,
    readable: parent.readable === '' ? label : `${parent.readable}/${label}`,
  }
}

/** With a dot and 24 characters behind it, what remains of the 256 of an execution id. */
const maxRootIdLength = 231

/**
 * The id of a child execution that was given none: it begins with the id of its root, and the same call of the same
 * run always gives the same.
 *
 * @throws ValidationError if the id of the root leaves no room for it.
 */
export function deriveChildExecutionId(rootId: string, runNo: number, operationId: string): string {
  if (rootId.length > maxRootIdLength) {
    const limit = `at most ${maxRootIdLength} characters for an execution that has children`
    throw new ValidationError({ field: 'id', value: rootId, limit })
  }
  return `${rootId}.${hash('sha256', `${runNo}:${operationId}`, 'base64url').slice(0, idLength)}`
}

/** What the services that people call take as a key. */
const maxKeyLength = 255

/** The key of one operation, the same for every attempt and holder; where it is too long, its digest stands for it. */
export function idempotencyKey(executionId: string, runNo: number, operationId: string): string {
  const key = `${executionId}/${runNo}/${operationId}`
  return key.length <= maxKeyLength ? key : hash('sha256', key, 'base64url')
}

function escapeName(name: string): string {
  return /[/#%]/.test(name) ? name.replace(/[/#%]/g, encodeURIComponent) : name
}
