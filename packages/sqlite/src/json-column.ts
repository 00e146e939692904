export function toJson(value: unknown): string | null {
  return value === null ? null : JSON.stringify(value)
}

/** Only what `toJson` wrote is ever read, so it is of the type that the column holds. */
export function fromJson<Value>(text: string | null): Value | null {
  return text === null ? null : (JSON.parse(text) as Value)
}
