import { types } from 'node:util'
import { maxDepth } from './copy-plain.js'
import { describeValue } from './describe-value.js'
import { errorParts, isError } from './error-parts.js'

/** The part of a value that cannot be stored. */
export interface Unkeepable {
  /** Such as `input.items[2].fn`. */
  readonly path: string
  /** What it is, in a few words. */
  readonly value: string
  /** Why, and what to do about it. */
  readonly reason: string
}

/**
 * Looks for the first part of a value that the rich format would lose or alter. Does not recurse, so that no depth of
 * nesting can overflow the stack, and calls no code of the user but that of proxies.
 */
export function findUnkeepable(value: unknown, field: string): Unkeepable | undefined {
  const seen = new Set<object>()
  const open: Place[] = [{ value, key: field, parent: undefined, depth: 0 }]
  for (let place = open.pop(); place !== undefined; place = open.pop()) {
    const reason = inspect(place, seen, open)
    if (reason !== undefined) return { path: pathOf(place), value: describeValue(place.value), reason }
  }
  return undefined
}

interface Place {
  readonly value: unknown
  /** As it is written in a path. */
  readonly key: string
  readonly parent: Place | undefined
  readonly depth: number
}

/** Says why the value itself cannot be kept; otherwise puts what it consists of on the stack. */
function inspect(place: Place, seen: Set<object>, open: Place[]): string | undefined {
  const { value } = place
  if (typeof value === 'function') return `it is a function (${value.name || 'anonymous'}); pass data instead`
  if (typeof value === 'symbol') return 'it is a symbol'
  if (typeof value !== 'object' || value === null || seen.has(value)) return undefined
  seen.add(value)
  if (place.depth >= maxDepth) return `it is nested deeper than ${maxDepth}`
  const found = partsOf(value)
  if (typeof found === 'string') return found
  // Pushed in reverse, so that the first part is looked at first.
  const depth = place.depth + (isError(value) ? levelsOfError : 1)
  for (const [key, part] of found.reverse()) open.push({ value: part, key, parent: place, depth })
  return undefined
}

/** The rich format nests what an error holds this deep. */
const levelsOfError = 3

type Parts = [key: string, part: unknown][]

function partsOf(value: object): Parts | string {
  if (isError(value)) return partsOfError(value)
  if (Array.isArray(value)) return partsOfArray(value)
  if (types.isMap(value)) return isExactly(value, 2) ? partsOfMap(value) : instanceReason(value)
  if (types.isSet(value)) return isExactly(value, 2) ? partsOfSet(value) : instanceReason(value)
  if (types.isPromise(value)) return 'it is a promise; await it first'
  if (types.isSharedArrayBuffer(value)) return 'it is a SharedArrayBuffer; copy it first'
  if (isLeaf(value)) return partsBeside(value)
  return partsOfRecord(value)
}

/** Objects of the platform that hold no other values. */
function isLeaf(value: object): boolean {
  if (Buffer.isBuffer(value)) return true
  if (types.isTypedArray(value)) return isExactly(value, 3)
  if (value instanceof URL || value instanceof URLSearchParams) return isExactly(value, 2)
  const isBuiltIn =
    types.isDate(value) ||
    types.isRegExp(value) ||
    types.isArrayBuffer(value) ||
    types.isDataView(value) ||
    (types.isBoxedPrimitive(value) && !types.isSymbolObject(value)) ||
    isTemporal(value)
  return isBuiltIn && isExactly(value, 2)
}

function isTemporal(value: object): boolean {
  return Object.prototype.toString.call(value).startsWith('[object Temporal.')
}

/** Not an instance of a subclass, whose class would be lost: goes by the length of the chain, as realms differ. */
function isExactly(value: object, chainLength: number): boolean {
  let length = 0
  for (let next: unknown = Object.getPrototypeOf(value); next !== null; length += 1) {
    next = Object.getPrototypeOf(next)
  }
  return length === chainLength
}

function partsOfError(value: Error): Parts | string {
  const { cause, errors, properties } = errorParts(value)
  const parts = Object.entries(properties).map(([key, part]): Parts[number] => [`.${key}`, part])
  if (cause !== undefined) parts.push(['.cause', cause.value])
  if (errors !== undefined) parts.push(['.errors', errors])
  return parts
}

function partsOfArray(value: readonly unknown[]): Parts | string {
  if (!isExactly(value, 2)) return instanceReason(value)
  const parts: Parts = []
  for (const key of Reflect.ownKeys(value)) {
    if (key === 'length') continue
    const property = Object.getOwnPropertyDescriptor(value, key)
    if (property === undefined) continue
    if (typeof key === 'symbol' || !/^\d+$/.test(key))
      return `it is an array with the property ${String(key)}`
    if (!('value' in property)) return `its item ${key} is an accessor`
    parts.push([`[${key}]`, property.value])
  }
  return parts
}

function partsOfMap(value: ReadonlyMap<unknown, unknown>): Parts | string {
  const beside = partsBeside(value)
  if (typeof beside === 'string') return beside
  const parts: Parts = []
  for (const [key, part] of value) {
    parts.push(['.keys()', key], [`.get(${mapKey(key)})`, part])
  }
  return parts
}

function partsOfSet(value: ReadonlySet<unknown>): Parts | string {
  const beside = partsBeside(value)
  return typeof beside === 'string' ? beside : [...value].map((part) => ['.values()', part])
}

/** Whoever hangs properties on a Date or a Map would not get them back. */
function partsBeside(value: object): Parts | string {
  if (ArrayBuffer.isView(value) || types.isBoxedPrimitive(value)) return []
  const key = Reflect.ownKeys(value).find((own) => own !== 'lastIndex')
  return key === undefined
    ? []
    : `it has the property ${String(key)}, which cannot be kept; use a plain object`
}

function partsOfRecord(value: object): Parts | string {
  const prototype: unknown = Object.getPrototypeOf(value)
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null
  if (!isPlain) return instanceReason(value)
  const parts: Parts = []
  for (const key of Reflect.ownKeys(value)) {
    if (typeof key === 'symbol') return `it has the symbol key ${String(key)}`
    if (key === '__proto__') return 'it has the key __proto__'
    const property = Object.getOwnPropertyDescriptor(value, key)
    if (property === undefined) continue
    if (!('value' in property)) return `its property ${key} is an accessor; pass its value`
    if (!property.enumerable) return `its property ${key} is not enumerable`
    parts.push([propertyKey(key), property.value])
  }
  return parts
}

function instanceReason(value: object): string {
  const maker: unknown = Reflect.get(value, 'constructor')
  const className = typeof maker === 'function' ? maker.name : ''
  return `it is an instance of ${className || 'a class'}; pass plain data, or give a codec that keeps it`
}

function propertyKey(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`
}

function mapKey(key: unknown): string {
  return typeof key === 'string' ? JSON.stringify(key) : typeof key === 'object' ? '…' : String(key)
}

function pathOf(place: Place): string {
  const keys: string[] = []
  for (let at: Place | undefined = place; at !== undefined; at = at.parent) keys.push(at.key)
  keys.reverse()
  return keys.length <= 32 ? keys.join('') : `${keys.slice(0, 16).join('')}…${keys.slice(-8).join('')}`
}
