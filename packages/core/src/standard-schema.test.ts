import { describe, expect, expectTypeOf, it } from 'vitest'
import {
  type SchemaInput,
  type SchemaOutput,
  type StandardIssue,
  type StandardSchemaV1,
  validateWithSchema,
} from './standard-schema.js'

function failing(issues: readonly StandardIssue[]): StandardSchemaV1 {
  return { '~standard': { version: 1, vendor: 'test', validate: () => ({ issues }) } }
}

const numeric: StandardSchemaV1<string, number> = {
  '~standard': { version: 1, vendor: 'test', validate: (value) => ({ value: Number(value) }) },
}

describe('validateWithSchema', () => {
  it('gives the output of the schema', async () => {
    const output = await validateWithSchema(numeric, '5', 'input')
    expectTypeOf(output).toEqualTypeOf<number>()
    expectTypeOf<SchemaInput<typeof numeric>>().toEqualTypeOf<string>()
    expectTypeOf<SchemaOutput<typeof numeric>>().toEqualTypeOf<number>()
    expect(output).toBe(5)
  })

  it('waits for a schema that is asynchronous', async () => {
    const schema: StandardSchemaV1<string, number> = {
      '~standard': { version: 1, vendor: 'test', validate: async (value) => ({ value: Number(value) }) },
    }
    expect(await validateWithSchema(schema, '5', 'input')).toBe(5)
  })

  it('names path and value of the first issue', async () => {
    const schema = failing([{ message: 'too small', path: ['items', 0, { key: 'amount' }] }])
    const validation = validateWithSchema(schema, { items: [{ amount: -1 }] }, 'input')
    await expect(validation).rejects.toMatchObject({
      code: 'VALIDATION',
      message: 'input.items[0].amount: too small (input.items[0].amount was -1)',
      details: { field: 'input.items[0].amount', value: '-1' },
    })
  })

  it('names the further issues, but not all of many', async () => {
    const issues = Array.from({ length: 7 }, (_, index) => ({ message: 'bad', path: [`field${index}`] }))
    const validation = validateWithSchema(failing(issues), undefined, 'input')
    await expect(validation).rejects.toThrow(/input\.field0: bad; .*input\.field4: bad; and 2 more/)
  })

  it('takes an empty list of issues for a failure, as the specification does', async () => {
    await expect(validateWithSchema(failing([]), 1, 'input')).rejects.toThrow('input is not valid')
  })
})
