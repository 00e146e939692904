import { ValidationError } from './errors.js'
import { nearestWord } from './nearest-word.js'

/**
 * Returns the name of a workflow, an operation or an event: 1 to 256 printable ASCII characters.
 *
 * @throws ValidationError naming field and value.
 */
export function checkName(name: unknown, field: string): string {
  if (typeof name === 'string' && /^[\x20-\x7e]{1,256}$/.test(name)) return name
  throw new ValidationError({ field, value: name, limit: '1 to 256 printable ASCII characters' })
}

/**
 * Returns the id of an execution that there may be, whoever has chosen it: 1 to 256 printable ASCII characters, none at
 * the ends blank.
 *
 * @throws ValidationError naming field and value.
 */
export function checkExecutionId(executionId: unknown, field: string): string {
  if (isExecutionId(executionId) && executionId.length <= 256) return executionId
  throw new ValidationError({
    field,
    value: executionId,
    limit: '1 to 256 printable ASCII characters, none at the ends blank',
  })
}

/**
 * Returns the id that somebody gives to an execution. Shorter than those of its children, which begin with it, and not to
 * be taken for one of them.
 *
 * @throws ValidationError naming field and value.
 */
export function checkChosenExecutionId(executionId: unknown, field: string): string {
  if (!isExecutionId(executionId) || executionId.length > 200)
    throw new ValidationError({
      field,
      value: executionId,
      limit: '1 to 200 printable ASCII characters, none at the ends blank',
    })
  if (/\.[A-Za-z0-9_-]{24}$/.test(executionId))
    throw new ValidationError({
      field,
      value: executionId,
      limit:
        'an id that does not end in a dot and 24 of the characters A-Z a-z 0-9 _ -, like that of a child',
    })
  return executionId
}

function isExecutionId(executionId: unknown): executionId is string {
  return typeof executionId === 'string' && /^[\x21-\x7e](?:[\x20-\x7e]*[\x21-\x7e])?$/.test(executionId)
}

/**
 * Checks that an options argument is an object with known keys only, so that a misspelled option is never ignored.
 *
 * @throws ValidationError naming the key and the nearest one that is allowed.
 */
export function checkOptions(options: unknown, allowed: readonly string[], field: string): void {
  if (options === undefined) return
  if (!isPlainObject(options))
    throw new ValidationError({ field, value: options, limit: 'an object or undefined' })
  for (const key of Object.keys(options)) {
    if (allowed.includes(key)) continue
    const nearest = nearestWord(key, allowed)
    const hint = nearest === undefined ? `known: ${allowed.join(', ')}` : `did you mean "${nearest}"?`
    throw new ValidationError({
      field: `${field}.${key}`,
      value: options[key],
      limit: allowed.join(', '),
      message: `${field} has the unknown key "${key}"; ${hint}`,
    })
  }
}

function isPlainObject(value: unknown): value is Record<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const prototype: unknown = Object.getPrototypeOf(value)
  // An object of another realm (a test runner's sandbox) has another Object.prototype, but also the last of its chain.
  return prototype === null || Object.getPrototypeOf(prototype) === null
}
