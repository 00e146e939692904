import {
  type Codec,
  checkEncoded,
  DeserializationError,
  decodeValue,
  type EncodedValue,
  encodeValue,
  isDurableError,
  SerializationError,
} from '@perdure/core'

/** @throws SerializationError, also for whatever a codec throws */
export async function writeValue(
  value: unknown,
  field: string,
  codec: Codec | undefined,
): Promise<EncodedValue> {
  if (codec === undefined) return encodeValue(value, field).encoded
  try {
    return checkEncoded(await codec.encode(value), field)
  } catch (cause) {
    if (isDurableError(cause, 'SERIALIZATION')) throw cause
    const message = `${field} cannot be stored: the codec "${codec.name}" refused it`
    throw new SerializationError(message, { field, codec: codec.name }, { cause })
  }
}

/** @throws DeserializationError, also for whatever a codec throws */
export async function readValue(
  encoded: EncodedValue,
  field: string,
  codec: Codec | undefined,
): Promise<unknown> {
  const { format } = encoded
  // Whoever wrote it may not have had the codec: the mark says.
  const isPlain = format === 'json' || format === 'rich'
  if (codec === undefined || (isPlain && codec.name !== format)) return decodeValue(encoded, field)
  try {
    return await codec.decode(encoded)
  } catch (cause) {
    const message =
      `${field} cannot be read: the codec "${codec.name}" refused a value of the format "${format}". ` +
      'Give the engine the codec and the key that wrote it.'
    throw new DeserializationError(message, { field, format, codec: codec.name }, { cause })
  }
}
