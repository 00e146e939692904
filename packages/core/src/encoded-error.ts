import { type Codec, decodeValue } from './codec.js'
import { checkEncoded, type EncodedValue } from './encoded-value.js'
import type { EncodedPart, ErrorObject } from './error-object.js'
import { isThenable } from './is-thenable.js'
import type { Json } from './json.js'

/** What stands in the place of a message that a codec keeps. */
export const encodedMessage = '‹encoded›'

/** What stands in the place of a message that a codec could not write: in clear it may not be kept. */
const refusedMessage = 'The codec could not write what the error says.'

/** What an error says: everything but its name and code, which stay in clear for lists, filters and logs. */
type Said = Pick<ErrorObject, 'message' | 'stack' | 'cause' | 'data'>

/**
 * The error as it is recorded where there is a codec: message, stack, properties and cause are one encoded value. One
 * that the codec refuses is kept without them; so this never throws, and never rejects.
 */
export function encodeError(
  error: ErrorObject,
  codec: Codec | undefined,
): ErrorObject | Promise<ErrorObject> {
  if (codec === undefined || error.encoded !== undefined) return error
  const { message, stack, cause, data, ...clear } = error
  const said: Said = {
    message,
    ...(stack === undefined ? {} : { stack }),
    ...(cause === undefined ? {} : { cause }),
    ...(data === undefined ? {} : { data }),
  }
  const refused = (): ErrorObject => ({ ...clear, message: refusedMessage, truncated: true })
  const sealed = (value: EncodedValue): ErrorObject => {
    return { ...clear, message: encodedMessage, encoded: toPart(checkEncoded(value, 'error')) }
  }
  try {
    const value = codec.encode(said)
    return isThenable(value) ? Promise.resolve(value).then(sealed).catch(refused) : sealed(value)
  } catch {
    return refused()
  }
}

/**
 * The error as it was before it was encoded. Throws, or rejects, with what the codec throws; what was never encoded is
 * given back as it is.
 */
export function decodeError(
  error: ErrorObject,
  codec: Codec | undefined,
): ErrorObject | Promise<ErrorObject> {
  const { encoded, ...clear } = error
  if (encoded === undefined) return error
  const open = (said: unknown): ErrorObject => ({ ...clear, ...(isSaid(said) ? said : {}) })
  const value = fromPart(encoded)
  // Whoever wrote it may have had another codec: the mark says.
  const isPlain = value.format === 'json' || value.format === 'rich'
  const said =
    codec === undefined || (isPlain && codec.name !== value.format)
      ? decodeValue(value, 'error')
      : codec.decode(value)
  return isThenable(said) ? Promise.resolve(said).then(open) : open(said)
}

/** The same, for people: where it cannot be decoded it is shown as it is recorded. */
export async function showError(error: ErrorObject, codec: Codec | undefined): Promise<ErrorObject> {
  try {
    return await decodeError(error, codec)
  } catch {
    return error
  }
}

/** The text that somebody gave as the reason of a request, encoded as what an error says. */
export async function encodeReason(text: string, codec: Codec | undefined): Promise<Reason> {
  const { message, encoded } = await encodeError({ name: 'Error', message: text }, codec)
  return encoded ?? message
}

/** A reason given to `cancel` or `terminate`: text, or what a codec made of it. */
export type Reason = string | EncodedPart

/** What an error of the library says if it says why somebody asked for it. */
export function saying(reason: Reason): Pick<ErrorObject, 'message' | 'encoded'> {
  return typeof reason === 'string' ? { message: reason } : { message: encodedMessage, encoded: reason }
}

function toPart({ format, data }: EncodedValue): EncodedPart {
  if (typeof data === 'string') return { format, data }
  return { format, data: Buffer.from(data).toString('base64'), isBase64: true }
}

function fromPart({ format, data, isBase64 }: EncodedPart): EncodedValue {
  return { format, data: isBase64 === true ? new Uint8Array(Buffer.from(data, 'base64')) : data }
}

function isSaid(value: unknown): value is Said & { readonly [key: string]: Json } {
  return (
    typeof value === 'object' && value !== null && 'message' in value && typeof value.message === 'string'
  )
}
