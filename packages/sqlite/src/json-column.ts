export function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

/**
 * What `toJson` wrote is of the type that the column holds. What somebody else wrote may be anything; where it is not even
 * JSON, it is undefined, whatever the type says. Who depends on it looks for such damage.
 */
export function fromJson<Value>(text: string | null): Value | null {
  if (text === null) return null
  try {
    return JSON.parse(text) as Value
  } catch {
    return undefined as unknown as Value
  }
}
