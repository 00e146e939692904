import type { Json } from './json.js'

const maxDepth = 8

/** What JSON can keep of a value, and whether something had to be cut off to stay within `maxChars`. */
export interface JsonExcerpt {
  readonly json: Json | undefined
  readonly truncated: boolean
}

/**
 * What JSON can keep of any value: for records that must never fail, such as errors. Functions, symbols and instances
 * of classes without `toJSON` are left out. Never throws.
 */
export function toJson(value: unknown, maxChars: number): JsonExcerpt {
  const walk: Walk = { remaining: maxChars, truncated: false, ancestors: new Set() }
  const json = excerpt(value, walk)
  return { json, truncated: walk.truncated }
}

/** Cuts a text without tearing a surrogate pair apart. */
export function cutText(text: string, maxChars: number): string {
  if (text.length <= maxChars) return text
  const last = text.charCodeAt(maxChars - 1)
  const isTorn = last >= 0xd800 && last <= 0xdbff
  return text.slice(0, Math.max(0, isTorn ? maxChars - 1 : maxChars))
}

interface Walk {
  remaining: number
  truncated: boolean
  readonly ancestors: Set<object>
}

function excerpt(value: unknown, walk: Walk): Json | undefined {
  switch (typeof value) {
    case 'string':
      return spendText(value, walk)
    case 'number':
      return Number.isFinite(value) ? spend(value, 8, walk) : spend(String(value), 8, walk)
    case 'boolean':
      return spend(value, 5, walk)
    case 'bigint':
      return spendText(String(value), walk)
    case 'object':
      return value === null ? spend(null, 4, walk) : excerptObject(value, walk)
    default:
      return undefined
  }
}

function excerptObject(value: object, walk: Walk): Json | undefined {
  if (walk.ancestors.has(value)) return undefined
  if (walk.ancestors.size >= maxDepth) {
    walk.truncated = true
    return undefined
  }
  walk.ancestors.add(value)
  try {
    if (Array.isArray(value)) return excerptArray(value, walk)
    if (value instanceof Error) return excerptEntries({ name: value.name, message: value.message }, walk)
    if (ArrayBuffer.isView(value)) return undefined
    const asJson: unknown = Reflect.get(value, 'toJSON')
    if (typeof asJson === 'function') return excerpt(asJson.call(value), walk)
    return isPlain(value) ? excerptEntries(value, walk) : undefined
  } catch {
    return undefined
  } finally {
    walk.ancestors.delete(value)
  }
}

function excerptArray(value: readonly unknown[], walk: Walk): Json {
  const items: Json[] = []
  for (const item of value) {
    if (!hasRoom(walk)) break
    items.push(excerpt(item, walk) ?? null)
  }
  return items
}

function excerptEntries(value: object, walk: Walk): Json {
  const entries: [string, Json][] = []
  for (const key of Object.keys(value)) {
    if (!hasRoom(walk)) break
    const json = excerpt(read(value, key), walk)
    if (json === undefined || key === '__proto__') continue
    walk.remaining -= key.length + 3
    entries.push([key, json])
  }
  return Object.fromEntries(entries)
}

function read(value: object, key: string): unknown {
  try {
    return Reflect.get(value, key)
  } catch {
    return undefined
  }
}

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value)
  return prototype === null || Object.getPrototypeOf(prototype) === null
}

function hasRoom(walk: Walk): boolean {
  if (walk.remaining > 0) return true
  walk.truncated = true
  return false
}

function spend<T extends Json>(json: T, chars: number, walk: Walk): T | undefined {
  if (!hasRoom(walk)) return undefined
  walk.remaining -= chars
  return json
}

function spendText(text: string, walk: Walk): string | undefined {
  if (!hasRoom(walk)) return undefined
  const cut = cutText(text, walk.remaining)
  if (cut.length < text.length) walk.truncated = true
  walk.remaining -= cut.length + 2
  return cut
}
