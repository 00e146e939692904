import Database from 'better-sqlite3'
import { describe, expect, it } from 'vitest'
import { type EncodedColumns, fromColumns, toColumns } from './encoded-columns.js'

describe('a value in its two columns', () => {
  const database = new Database(':memory:')
  database.exec('CREATE TABLE pair (format TEXT, data ANY) STRICT')
  const insert = database.prepare('INSERT INTO pair VALUES (?, ?) RETURNING format, data')

  function throughDatabase(columns: EncodedColumns): EncodedColumns {
    const [format, data] = insert.raw().get(columns) as [EncodedColumns[0], EncodedColumns[1]]
    return [format, data]
  }

  it.each([
    ['text', 'hello'],
    ['no text', ''],
    ['text that looks like a number', '12e3'],
    ['a zero character', 'a\u0000b'],
    ['a lone high surrogate', 'a\ud800b'],
    ['a lone low surrogate', '\udfff'],
    ['a pair of surrogates', '😀'],
    ['bytes', new Uint8Array([0, 1, 255])],
    ['no bytes', new Uint8Array()],
  ])('survives as %s', (_, data) => {
    const value = { format: 'json', data }
    expect(fromColumns(...throughDatabase(toColumns(value)))).toStrictEqual(value)
  })

  it('is null if there is none', () => {
    expect(toColumns(null)).toEqual([null, null])
    expect(fromColumns(null, null)).toBeNull()
  })

  it('keeps well-formed text readable in the file', () => {
    expect(toColumns({ format: 'json', data: '{"a":1}' })).toEqual(['json', '{"a":1}'])
  })

  it('keeps bytes apart from text of the same format', () => {
    const value = { format: 'utf16:json', data: new Uint8Array([97, 0]) }
    expect(fromColumns(...throughDatabase(toColumns(value)))).toStrictEqual(value)
  })
})
