import fc, { type Arbitrary } from 'fast-check'

/** One time in so many what is given, else null. */
export function seldom<T>(arbitrary: Arbitrary<T>, oneIn: number): Arbitrary<T | null> {
  return fc.oneof({ arbitrary: fc.constant(null), weight: oneIn - 1 }, { arbitrary, weight: 1 })
}
