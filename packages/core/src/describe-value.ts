const maxLength = 80

/**
 * Says what a value is in at most 80 characters, for messages and logs. Strings are shortened and objects shown by
 * class and keys only: what a user's object holds is not for a log. Never throws.
 */
export function describeValue(value: unknown): string {
  try {
    return shorten(describe(value))
  } catch {
    return 'an object that cannot be inspected'
  }
}

function describe(value: unknown): string {
  switch (typeof value) {
    case 'string':
      return value.length > maxLength ? JSON.stringify(value.slice(0, maxLength)) : JSON.stringify(value)
    case 'bigint':
      return `${value}n`
    case 'function':
      return `function ${value.name || '(anonymous)'}`
    case 'object':
      return value === null ? 'null' : describeObject(value)
    case 'number':
      return Object.is(value, -0) ? '-0' : String(value)
    default:
      return String(value)
  }
}

function describeObject(value: object): string {
  if (Array.isArray(value)) return `array of ${value.length}`
  if (value instanceof Date)
    return `Date ${Number.isNaN(value.getTime()) ? '(invalid)' : value.toISOString()}`
  if (value instanceof Error) return `${value.name}: ${value.message}`
  const maker: unknown = Reflect.get(value, 'constructor')
  const className = typeof maker === 'function' && maker.name !== '' ? maker.name : 'Object'
  const keys = Object.keys(value)
  const shown = keys.slice(0, 8).join(', ')
  return `${className} {${shown}${keys.length > 8 ? ', …' : ''}}`
}

function shorten(text: string): string {
  return text.length <= maxLength ? text : `${text.slice(0, maxLength - 1)}…`
}
