import { type ErrorCode, errorCodes } from './error-codes.js'
import { durableErrorClasses, isDurableError } from './errors.js'

/** What there is to keep of an error. */
export interface ErrorParts {
  readonly name: string
  readonly message: string
  readonly stack?: string
  readonly code?: string
  /** The error is one of the library's. */
  readonly durable?: true
  /** Present if the error has a cause, which may be anything. */
  readonly cause?: { readonly value: unknown }
  /** The errors of an `AggregateError`. */
  readonly errors?: readonly unknown[]
  /** Own enumerable properties besides these. */
  readonly properties: Readonly<Record<string, unknown>>
}

/** Whether a value is an error, of whichever realm. Never throws. */
export function isError(value: unknown): value is Error {
  if (typeof value !== 'object' || value === null) return false
  try {
    return value instanceof Error || Object.prototype.toString.call(value) === '[object Error]'
  } catch {
    return false
  }
}

/** Takes an error apart. Never throws: a property that cannot be read counts as missing. */
export function errorParts(error: Error): ErrorParts {
  const stack = read(error, 'stack')
  const code = read(error, 'code')
  const cause = read(error, 'cause')
  const errors = aggregatedErrors(error)
  return {
    name: nameOf(error),
    message: textOf(read(error, 'message')),
    ...(typeof stack === 'string' ? { stack } : {}),
    ...(typeof code === 'string' ? { code } : {}),
    ...(isDurableError(error) ? { durable: true } : {}),
    ...(cause === undefined ? {} : { cause: { value: cause } }),
    ...(errors === undefined ? {} : { errors }),
    properties: propertiesOf(error, typeof code === 'string'),
  }
}

/**
 * An error of the class that the parts name, still without its properties: `fillError` gives it those, in a call of its
 * own so that an error can be part of a cycle.
 */
export function createError(parts: Pick<ErrorParts, 'name' | 'message' | 'code' | 'durable'>): Error {
  const { name, message, code, durable } = parts
  const ours = durable === true && isErrorCode(code) ? durableErrorClasses[code] : undefined
  // Only the prototype is taken: the constructor of a class of ours would put the message together again.
  return Reflect.construct(Error, [message], ours ?? builtInClasses.get(name) ?? Error)
}

/** Gives an error that `createError` made all that it had when it was taken apart. */
export function fillError(error: Error, parts: ErrorParts): void {
  const { name, message, stack, code, cause, errors, durable } = parts
  const properties: ErrorParts['properties'] | undefined = parts.properties
  if (error.name !== name) define(error, 'name', name, false)
  define(error, 'message', message, false)
  define(error, 'stack', stack ?? `${name}: ${message}`, false)
  if (cause !== undefined) define(error, 'cause', cause.value, false)
  if (errors !== undefined) define(error, 'errors', errors, false)
  if (code !== undefined) define(error, 'code', code, true)
  if (durable === true) define(error, 'details', {}, true)
  // A part of a cycle is filled a first time before its properties are known.
  for (const [key, value] of Object.entries(properties ?? {})) {
    if (!fixed.has(key)) define(error, key, value, true)
  }
}

const fixed: ReadonlySet<string> = new Set(['name', 'message', 'stack', 'cause', '__proto__'])

const builtInClasses: ReadonlyMap<string, typeof Error> = new Map(
  [TypeError, RangeError, SyntaxError, ReferenceError, EvalError, URIError].map((type) => [type.name, type]),
)

function isErrorCode(code: string | undefined): code is ErrorCode {
  return code !== undefined && Object.hasOwn(errorCodes, code)
}

/** The name of the class, where the class did not care to give its errors a name. */
function nameOf(error: Error): string {
  const name = textOf(read(error, 'name'))
  try {
    const prototype: unknown = Object.getPrototypeOf(error)
    if (typeof prototype !== 'object' || prototype === null) return name
    if (Object.hasOwn(error, 'name') || Object.hasOwn(prototype, 'name')) return name
    const className = textOf(Reflect.get(prototype.constructor, 'name'))
    return className === '' ? name : className
  } catch {
    return name
  }
}

function propertiesOf(error: Error, hasTextCode: boolean): Record<string, unknown> {
  const properties: [string, unknown][] = []
  for (const key of enumerableKeys(error)) {
    if (fixed.has(key) || (key === 'code' && hasTextCode)) continue
    const value = read(error, key)
    if (value !== undefined) properties.push([key, value])
  }
  return Object.fromEntries(properties)
}

function enumerableKeys(error: Error): readonly string[] {
  try {
    return Object.keys(error)
  } catch {
    return []
  }
}

/** What an `AggregateError` holds; undefined for other errors, and where it cannot be read. */
function aggregatedErrors(error: Error): readonly unknown[] | undefined {
  if (isEnumerable(error, 'errors')) return undefined
  try {
    const errors: unknown = Reflect.get(error, 'errors')
    return Array.isArray(errors) ? [...errors] : undefined
  } catch {
    return undefined
  }
}

function isEnumerable(error: Error, key: string): boolean {
  try {
    return Object.prototype.propertyIsEnumerable.call(error, key)
  } catch {
    return false
  }
}

function read(error: Error, key: string): unknown {
  try {
    return Reflect.get(error, key)
  } catch {
    return undefined
  }
}

function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  if (value === undefined || value === null) return ''
  try {
    return String(value)
  } catch {
    return ''
  }
}

function define(error: Error, key: string, value: unknown, enumerable: boolean): void {
  Object.defineProperty(error, key, { value, enumerable, writable: true, configurable: true })
}
