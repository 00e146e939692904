import { ValidationError } from './errors.js'

/**
 * A schema of any library that follows the Standard Schema specification (https://standardschema.dev), as far as it
 * is used here.
 */
export interface StandardSchemaV1<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1
    readonly vendor: string
    readonly validate: (value: unknown) => StandardResult<Output> | Promise<StandardResult<Output>>
    readonly types?: { readonly input: Input; readonly output: Output } | undefined
  }
}

/** What a schema answers: a value, or what is wrong. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] }

/** One thing that is wrong, and where. */
export interface StandardIssue {
  readonly message: string
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined
}

/** The type that a schema takes. */
export type SchemaInput<S extends StandardSchemaV1> = NonNullable<S['~standard']['types']>['input']

/** The type that a schema gives. */
export type SchemaOutput<S extends StandardSchemaV1> = NonNullable<S['~standard']['types']>['output']

/**
 * Returns the value as the schema gives it.
 *
 * @throws ValidationError naming the path and the value of the first issue; the message has the others too.
 */
export async function validateWithSchema<S extends StandardSchemaV1>(
  schema: S,
  value: unknown,
  field: string,
): Promise<SchemaOutput<S>> {
  const result = await schema['~standard'].validate(value)
  if (result.issues === undefined) return result.value as SchemaOutput<S>
  const path = result.issues[0]?.path ?? []
  throw new ValidationError({
    field: `${field}${formatPath(path)}`,
    value: valueAt(value, path),
    message: formatIssues(result.issues, field),
  })
}

const maxShownIssues = 5

function formatIssues(issues: readonly StandardIssue[], field: string): string {
  const shown = issues.slice(0, maxShownIssues)
  const lines = shown.map((issue) => `${field}${formatPath(issue.path ?? [])}: ${issue.message}`)
  const hidden = issues.length - shown.length
  return `${lines.join('; ') || `${field} is not valid`}${hidden > 0 ? `; and ${hidden} more` : ''}`
}

function formatPath(path: NonNullable<StandardIssue['path']>): string {
  return path.map((segment) => formatKey(keyOf(segment))).join('')
}

function formatKey(key: PropertyKey): string {
  return typeof key === 'number' ? `[${key}]` : `.${String(key)}`
}

function keyOf(segment: NonNullable<StandardIssue['path']>[number]): PropertyKey {
  return typeof segment === 'object' ? segment.key : segment
}

function valueAt(value: unknown, path: NonNullable<StandardIssue['path']>): unknown {
  let current = value
  for (const segment of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = Reflect.get(current, keyOf(segment))
  }
  return current
}
