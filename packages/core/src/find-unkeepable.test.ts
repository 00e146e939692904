import { describe, expect, it } from 'vitest'
import { findUnkeepable } from './find-unkeepable.js'

const pathTo = (value: unknown) => findUnkeepable(value, 'input')?.path

describe('findUnkeepable', () => {
  it('finds nothing in what can be kept', () => {
    const shared = { at: new Date(0) }
    expect(findUnkeepable([shared, shared, new Map([[shared, new Set([shared])]])], 'input')).toBeUndefined()
    expect(findUnkeepable(1n, 'input')).toBeUndefined()
  })

  it('writes paths as they would be written in code', () => {
    const fn = () => 1
    expect(pathTo(fn)).toBe('input')
    expect(pathTo({ a: [{ $b_1: fn }] })).toBe('input.a[0].$b_1')
    expect(pathTo({ 'content-type': { '1': fn } })).toBe('input["content-type"]["1"]')
    expect(pathTo(new Map([['k', [fn]]]))).toBe('input.get("k")[0]')
    expect(pathTo(new Error('x', { cause: { fn } }))).toBe('input.cause.fn')
    expect(pathTo(new AggregateError([fn]))).toBe('input.errors[0]')
  })

  it('finds the first of several', () => {
    const fn = () => 1
    expect(pathTo({ a: 1, b: { c: fn }, d: fn })).toBe('input.b.c')
    expect(pathTo([1, [fn], fn])).toBe('input[1][0]')
  })

  it('shortens a path that is too long to read', () => {
    let value: unknown = () => 1
    for (let level = 0; level < 900; level += 1) value = { a: value }
    expect(pathTo(value)).toMatch(/^input(\.a){15}…(\.a){8}$/)
  })
})
