import { createHash } from 'node:crypto'

/**
 * A number in [0, 1) that depends on nothing but its arguments: chance that anybody can repeat, in any
 * order and from any process.
 */
export function seededNumber(...parts: readonly (string | number)[]): number {
  const digest = createHash('sha256').update(JSON.stringify(parts)).digest()
  return digest.readUInt32BE(0) / 2 ** 32
}
