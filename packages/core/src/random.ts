import { createHash } from 'node:crypto'

/** Numbers that look random and are the same for the same seed. */
export interface SeededRandom {
  /** At least 0 and less than 1, with 53 bits. */
  next(): number
  /** Version 4, RFC 9562. */
  uuid(): string
}

/**
 * A generator for what must be the same on every replay; not for secrets. sfc32 by Chris Doty-Humphrey (PractRand,
 * https://pracrand.sourceforge.net), seeded with the SHA-256 of the seed.
 */
export function seededRandom(seed: string): SeededRandom {
  const uint32 = sfc32(seed)
  return {
    next: () => ((uint32() >>> 5) * 2 ** 26 + (uint32() >>> 6)) / 2 ** 53,
    uuid: () => formatUuid([uint32(), uint32(), uint32(), uint32()]),
  }
}

function sfc32(seed: string): () => number {
  const digest = createHash('sha256').update(seed).digest()
  let a = digest.readInt32LE(0)
  let b = digest.readInt32LE(4)
  let c = digest.readInt32LE(8)
  let counter = digest.readInt32LE(12)
  return () => {
    const result = (((a + b) | 0) + counter) | 0
    counter = (counter + 1) | 0
    a = b ^ (b >>> 9)
    b = (c + (c << 3)) | 0
    c = (((c << 21) | (c >>> 11)) + result) | 0
    return result >>> 0
  }
}

function formatUuid(words: readonly [number, number, number, number]): string {
  const hex = words.map((word) => word.toString(16).padStart(8, '0')).join('')
  const variant = ((words[2] >>> 30) | 8).toString(16)
  return [
    hex.slice(0, 8),
    hex.slice(8, 12),
    `4${hex.slice(13, 16)}`,
    `${variant}${hex.slice(17, 20)}`,
    hex.slice(20, 32),
  ].join('-')
}
