/**
 * What is needed to name a workflow from outside: its name, its version and its types. Every workflow is one.
 */
export interface WorkflowRef<Input = unknown, Output = unknown> {
  readonly name: string
  readonly version: string
  /** Carries the types; never there at run time. */
  readonly '~types'?: { readonly input: Input; readonly output: Output }
}
