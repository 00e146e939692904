import { describeValue } from './describe-value.js'
import { createError, type ErrorParts, errorParts, fillError, isError } from './error-parts.js'
import type { Json } from './json.js'
import { cutText, toJson } from './to-json.js'

/** An error as it is recorded. */
export interface ErrorObject {
  readonly name: string
  readonly message: string
  readonly code?: string
  readonly stack?: string
  readonly cause?: ErrorObject
  /** The own properties of the error that JSON can keep, such as the `details` of a `DurableError`. */
  readonly data?: Json
  /** Something was cut off to keep the record small. */
  readonly truncated?: true
  /** The error is one of the library's, so `code` is one of its codes. */
  readonly durable?: true
  /** Message, stack, cause and data, as a codec wrote them; then `message` is a fixed text and the others are missing. */
  readonly encoded?: EncodedPart
}

/** An encoded value inside of a record that is kept as JSON. */
export interface EncodedPart {
  readonly format: string
  readonly data: string
  /** The codec wrote bytes. */
  readonly isBase64?: true
}

const defaultMaxBytes = 32_768
const maxChain = 8
const maxNestedChain = 2
const maxAggregated = 16
/** Errors in errors in errors: an error may hold itself, or others without end. */
const maxNesting = 2

/**
 * Records whatever was thrown. What is too large is cut off and marked, never refused; what is not an `Error` is kept
 * as the `value` of one named `NonError`. Never throws.
 */
export function toErrorObject(thrown: unknown, limits: { readonly maxBytes?: number } = {}): ErrorObject {
  return recordWithin(thrown, limits.maxBytes ?? defaultMaxBytes, 0)
}

function recordWithin(thrown: unknown, maxBytes: number, nesting: number): ErrorObject {
  const chain = causeChain(thrown, nesting === 0 ? maxChain : maxNestedChain)
  // Escapes and UTF-8 make a text up to six times as long as its characters, which seldom happens: so try.
  for (let maxChars = maxBytes; ; maxChars = Math.floor(maxChars / 2)) {
    const recorded = record(chain, maxChars, nesting)
    if (maxChars < 128 || Buffer.byteLength(JSON.stringify(recorded)) <= maxBytes) return recorded
  }
}

/**
 * Makes an `Error` of a record: with the same name, message, stack, code, cause and properties, of the class of its
 * code if it is one of the library's.
 */
export function reviveError(recorded: ErrorObject): Error {
  const parts = recordedParts(recorded)
  const error = createError(parts)
  fillError(error, parts)
  return error
}

interface CauseChain {
  readonly links: readonly ErrorParts[]
  readonly isCut: boolean
}

function causeChain(thrown: unknown, maxLinks: number): CauseChain {
  const links: ErrorParts[] = []
  const seen = new Set<unknown>()
  let rest: { readonly value: unknown } | undefined = { value: thrown }
  while (rest !== undefined && links.length < maxLinks && !seen.has(rest.value)) {
    seen.add(rest.value)
    const parts: ErrorParts = isError(rest.value) ? errorParts(rest.value) : nonErrorParts(rest.value)
    links.push(parts)
    rest = parts.cause
  }
  return { links, isCut: rest !== undefined }
}

function nonErrorParts(value: unknown): ErrorParts {
  const message = typeof value === 'string' ? value : `${describeValue(value)} was thrown`
  return { name: 'NonError', message, properties: { value } }
}

function record(chain: CauseChain, maxChars: number, nesting: number): ErrorObject {
  const share = Math.floor(maxChars / chain.links.length)
  const recorded = chain.links.map((parts) => recordOne(parts, share, nesting))
  const last = recorded.length - 1
  return recorded.reduceRight<ErrorObject | undefined>((cause, one, index) => {
    if (cause !== undefined) return { ...one, cause }
    return index === last && chain.isCut ? { ...one, truncated: true } : one
  }, undefined) as ErrorObject // A chain has at least one link.
}

function recordOne(parts: ErrorParts, maxChars: number, nesting: number): ErrorObject {
  const name = cutText(parts.name, Math.min(256, maxChars))
  const message = cutText(parts.message, Math.ceil(maxChars / 2))
  const code = parts.code === undefined ? undefined : cutText(parts.code, Math.min(256, maxChars))
  const stack = parts.stack === undefined ? undefined : cutText(parts.stack, Math.floor(maxChars / 4))
  const data = recordData(parts, Math.floor(maxChars / 4), nesting)
  const isCut =
    name !== parts.name || message !== parts.message || code !== parts.code || stack !== parts.stack
  return {
    name,
    message,
    ...(code === undefined ? {} : { code }),
    ...(stack === undefined ? {} : { stack }),
    ...(data.json === undefined ? {} : { data: data.json }),
    ...(isCut || data.truncated ? { truncated: true } : {}),
    ...(parts.durable === true ? { durable: true } : {}),
  }
}

function recordData(
  parts: ErrorParts,
  maxChars: number,
  nesting: number,
): { json: Json | undefined; truncated: boolean } {
  const recordedCount = nesting < maxNesting ? maxAggregated : 0
  const errors = parts.errors
    ?.slice(0, recordedCount)
    .map((error) => recordWithin(error, Math.floor(maxChars / maxAggregated), nesting + 1))
  const properties = errors === undefined ? parts.properties : { ...parts.properties, errors }
  if (Object.keys(properties).length === 0) return { json: undefined, truncated: false }
  const { json, truncated } = toJson(properties, maxChars)
  return { json, truncated: truncated || (parts.errors?.length ?? 0) > recordedCount }
}

function recordedParts(recorded: ErrorObject): ErrorParts {
  const { name, message, code, stack, cause, durable, data } = recorded
  const { errors, ...properties }: Readonly<Record<string, unknown>> = recordedProperties(data)
  const isAggregate = Array.isArray(errors) && errors.every(isRecord) && name === 'AggregateError'
  return {
    name: typeof name === 'string' ? name : 'Error',
    message: typeof message === 'string' ? message : '',
    ...(code === undefined ? {} : { code }),
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined ? {} : { cause: { value: reviveError(cause) } }),
    ...(durable === true ? { durable } : {}),
    // Whatever it lacks is made up for.
    ...(isAggregate ? { errors: errors.map((each) => reviveError(each as unknown as ErrorObject)) } : {}),
    properties: isAggregate || errors === undefined ? properties : { ...properties, errors },
  }
}

/** Records of other producers may hold anything as their data. */
function recordedProperties(data: Json | undefined): Readonly<Record<string, unknown>> {
  if (data === undefined) return {}
  return isRecord(data) ? data : { value: data }
}

function isRecord(data: Json): data is { readonly [key: string]: Json } {
  return typeof data === 'object' && data !== null && !Array.isArray(data)
}
