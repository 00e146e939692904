import { hash } from 'node:crypto'
import { type EncodedValue, encodeValue } from '@perdure/core'

/**
 * Tells one input from another. Of what the value is, not of how it was written: the order of keys, members that are
 * undefined, and how a codec writes it (one that encrypts writes the same value differently every time) do not count.
 */
export function inputDigest(input: unknown, encoded: EncodedValue): string {
  try {
    return sha256(canonicalText(encodeValue(input, 'input').copy))
  } catch {
    // Only its own codec can write it.
    const { format, data } = encoded
    return sha256(Buffer.concat([Buffer.from(`${format}\n`), Buffer.from(data)]))
  }
}

/** Where a part's text is longer, its digest stands for it: a value that many refer to costs what it is. */
const longestPart = 1_000

/**
 * The same text for equal values, another for different ones. Objects by their keys in order, without undefined members;
 * maps and sets in whatever order they were filled; errors without their stack.
 */
function canonicalText(value: unknown): string {
  const known = new Map<object, string>()
  const path: object[] = []
  return textOf(value)

  function textOf(part: unknown): string {
    if (typeof part !== 'object' || part === null) return primitiveText(part)
    const ancestor = path.lastIndexOf(part)
    if (ancestor >= 0) return `^${path.length - ancestor}`
    const earlier = known.get(part)
    if (earlier !== undefined) return earlier
    path.push(part)
    const whole = objectText(part, textOf)
    path.pop()
    const text = whole.length > longestPart ? `#${sha256(whole)}` : whole
    known.set(part, text)
    return text
  }
}

function primitiveText(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value)
  if (typeof value === 'bigint') return `${value}n`
  return Object.is(value, -0) ? '-0' : String(value)
}

function objectText(value: object, textOf: (part: unknown) => string): string {
  if (Array.isArray(value)) return `[${Array.from(value, textOf).join()}]`
  if (value instanceof Map)
    return `Map{${Array.from(value, ([key, item]) => `${textOf(key)}=>${textOf(item)}`)
      .sort()
      .join()}}`
  if (value instanceof Set) return `Set{${Array.from(value, textOf).sort().join()}}`
  if (value instanceof Error) {
    const { name, message, cause } = value
    return `Error${membersText({ ...value, name, message, cause }, textOf)}`
  }
  const prototype: unknown = Object.getPrototypeOf(value)
  if (prototype === Object.prototype || prototype === null) return membersText(value, textOf)
  // A date, a pattern, bytes: each is written in one way only.
  return `(${String(encodeValue(value, 'input').encoded.data)})`
}

function membersText(value: object, textOf: (part: unknown) => string): string {
  const members = Object.entries(value).filter(([, member]) => member !== undefined)
  members.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${members.map(([key, member]) => `${JSON.stringify(key)}:${textOf(member)}`).join()}}`
}

function sha256(data: string | Buffer): string {
  return hash('sha256', data, 'base64url')
}
