/** A plain tree and its copy, or the news that a value is none. */
export type PlainCopy = { readonly plain: true; readonly copy: unknown } | { readonly plain: false }

/** The deepest nesting that is stored. Beyond it the recursion of an encoder could overflow the stack. */
export const maxDepth = 1_000

const notPlain: PlainCopy = Object.freeze({ plain: false })

/** Stands for "not plain" inside of the walk: `undefined` would be a value. */
const refused: unique symbol = Symbol('refused')

/**
 * Checks and copies in one walk what JSON keeps as it is: objects and arrays of null, booleans, strings and finite
 * numbers, nested at most 1,000 deep. Not plain are shared references and cycles, -0, NaN, ±Infinity, nested
 * `undefined`, holes, accessors, symbol and `__proto__` keys, functions (`toJSON` too) and instances of classes.
 * An `undefined` by itself is plain. Throws only what a proxy throws.
 */
export function copyPlain(value: unknown): PlainCopy {
  if (typeof value !== 'object' || value === null) {
    return value === undefined || isPlainPrimitive(value) ? { plain: true, copy: value } : notPlain
  }
  const copy = copyObject(value, new Set(), 0)
  return copy === refused ? notPlain : { plain: true, copy }
}

function isPlainPrimitive(value: unknown): boolean {
  if (typeof value === 'number') return Number.isFinite(value) && !Object.is(value, -0)
  return typeof value === 'string' || typeof value === 'boolean' || value === null
}

function copyNested(value: unknown, seen: Set<object>, depth: number): unknown {
  if (typeof value === 'object' && value !== null) return copyObject(value, seen, depth)
  return isPlainPrimitive(value) ? value : refused
}

function copyObject(value: object, seen: Set<object>, depth: number): unknown {
  if (depth >= maxDepth || seen.has(value)) return refused
  seen.add(value)
  return Array.isArray(value) ? copyArray(value, seen, depth) : copyRecord(value, seen, depth)
}

function copyArray(value: readonly unknown[], seen: Set<object>, depth: number): unknown {
  if (!isBasePrototype(Object.getPrototypeOf(value), Array.prototype)) return refused
  // One key for each item, and `length`: so neither holes nor properties beside the items.
  if (Reflect.ownKeys(value).length !== value.length + 1) return refused
  const copy: unknown[] = []
  for (let index = 0; index < value.length; index += 1) {
    const itemCopy = copyNested(value[index], seen, depth + 1)
    if (itemCopy === refused) return refused
    copy.push(itemCopy)
  }
  return copy
}

function copyRecord(value: object, seen: Set<object>, depth: number): unknown {
  if (!isBasePrototype(Object.getPrototypeOf(value), Object.prototype)) return refused
  const copy: Record<string, unknown> = {}
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'symbol' || key === '__proto__') return refused
    const property = Object.getOwnPropertyDescriptor(value, key)
    if (property === undefined || !property.enumerable || !('value' in property)) return refused
    const propertyCopy = copyNested(property.value, seen, depth + 1)
    if (propertyCopy === refused) return refused
    copy[key] = propertyCopy
  }
  return copy
}

/** Takes the prototype of another realm for ours: test runners give user code a realm of its own. */
function isBasePrototype(prototype: unknown, ours: object): boolean {
  if (prototype === ours) return true
  if (typeof prototype !== 'object' || prototype === null) return false
  const next: unknown = Object.getPrototypeOf(prototype)
  const isArray = ours === Array.prototype
  if (isArray) return Array.isArray(prototype) && next !== null && Object.getPrototypeOf(next) === null
  return next === null && Object.hasOwn(prototype, 'hasOwnProperty')
}
