import { type Codec, decodeValue, encodeValue } from '../codec.js'
import { decodeError, encodeError } from '../encoded-error.js'
import { checkEncoded, checkPayloadSize, type EncodedValue, type PayloadLimits } from '../encoded-value.js'
import { type ErrorObject, reviveError } from '../error-object.js'
import { isThenable } from '../is-thenable.js'
import type { OperationRecord } from '../records.js'
import { UnreadableValue } from './unreadable-value.js'

/** A value as it is stored and, where that is known without reading it back, as a replay will see it. */
export interface Written<T> {
  readonly encoded: EncodedValue
  readonly outcome: { readonly value: T } | undefined
}

/** Writes and reads values for a pass: the engine's codec, the codec of one operation, the size limit. */
export class Values {
  readonly #codec: Codec | undefined
  readonly #limits: PayloadLimits

  constructor(codec: Codec | undefined, limits: PayloadLimits) {
    this.#codec = codec
    this.#limits = limits
  }

  /** @throws SerializationError, PayloadTooLargeError (or rejects with them, where the codec is asynchronous) */
  write<T>(value: T, field: string, own?: Codec): Written<T> | Promise<Written<T>> {
    const codec = own ?? this.#codec
    if (codec === undefined) {
      const { encoded, copy } = encodeValue(value, field)
      // What was encoded is what a replay decodes: the copy has the type of the value.
      return this.#checked(encoded, field, { value: copy as T })
    }
    const check = (given: unknown): Written<T> => this.#checked(checkEncoded(given, field), field, undefined)
    const encoded = codec.encode(value)
    return isThenable(encoded) ? Promise.resolve(encoded).then(check) : check(encoded)
  }

  /** @throws UnreadableValue (or rejects with it), which is not for user code */
  read(encoded: EncodedValue | null, field: string, own?: Codec): unknown {
    if (encoded === null) return undefined
    const codec = own ?? this.#codec
    const { format } = encoded
    // Whoever wrote it may not have had the codec: the mark says.
    const isPlain = format === 'json' || format === 'rich'
    const reader = codec === undefined || (isPlain && codec.name !== format) ? undefined : codec
    const refuse = (cause: unknown): never => {
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- no Error: user code must not take it for its own
      throw new UnreadableValue({ field, format, codecName: reader?.name ?? 'default', cause })
    }
    try {
      const value = reader === undefined ? decodeValue(encoded, field) : reader.decode(encoded)
      return isThenable(value) ? Promise.resolve(value).catch(refuse) : value
    } catch (cause) {
      return refuse(cause)
    }
  }

  /** An error as it is to be recorded. Never throws. */
  writeError(error: ErrorObject, own?: Codec): ErrorObject | Promise<ErrorObject> {
    return encodeError(error, own ?? this.#codec)
  }

  /** @throws UnreadableValue (or rejects with it), which is not for user code */
  readError(recorded: ErrorObject, field: string, own?: Codec): Error | Promise<Error> {
    const codec = own ?? this.#codec
    const refuse = (cause: unknown): never => {
      const format = recorded.encoded?.format ?? 'json'
      // eslint-disable-next-line @typescript-eslint/only-throw-error -- no Error: user code must not take it for its own
      throw new UnreadableValue({ field, format, codecName: codec?.name ?? 'default', cause })
    }
    try {
      const error = decodeError(recorded, codec)
      return error instanceof Promise ? error.then(reviveError, refuse) : reviveError(error)
    } catch (cause) {
      return refuse(cause)
    }
  }

  /** Why a cancel was asked for. One that cannot be read is left out: that keeps no run from cleaning up. */
  readReason(recorded: ErrorObject | null): string | undefined | Promise<string | undefined> {
    if (recorded === null) return undefined
    const none = (): undefined => undefined
    try {
      const error = decodeError(recorded, this.#codec)
      return error instanceof Promise ? error.then(({ message }) => message, none) : error.message
    } catch {
      return none()
    }
  }

  /** Throws (or rejects with) what is made of the recorded error of an operation. */
  throwError(
    { error, status }: Pick<OperationRecord, 'error' | 'status'>,
    field: string,
    own: Codec | undefined,
    wrap: (cause: Error) => Error,
  ): never | Promise<never> {
    const cause = error === null ? new Error(status) : this.readError(error, field, own)
    const fail = (read: Error): never => {
      throw wrap(read)
    }
    return cause instanceof Promise ? cause.then(fail) : fail(cause)
  }

  #checked<T>(encoded: EncodedValue, field: string, outcome: { readonly value: T } | undefined): Written<T> {
    checkPayloadSize(encoded, { field, ...this.#limits })
    return { encoded, outcome }
  }
}
