import {
  type Capabilities,
  DuplicateWorkflowError,
  type RunnableWorkflow,
  requireCapability,
  UnknownWorkflowError,
  ValidationError,
  type Workflow,
  type WorkflowOptions,
  type WorkflowPair,
} from '@perdure/core'

/** A workflow whatever its types, with what the engine reads of it. */
export interface RegisteredWorkflow extends RunnableWorkflow {
  readonly digest: string
  readonly options: WorkflowOptions<never, never, never, never, never>
}

/** Any workflow that `defineWorkflow` made. */
export type AnyWorkflow = Workflow

/** The workflows that an engine has code for, by name and version. */
export class Registry {
  readonly #byName = new Map<string, Map<string, RegisteredWorkflow>>()
  readonly #build: string | undefined

  /** @throws DuplicateWorkflowError, ValidationError, UnsupportedOperationError (`requires`) */
  constructor(
    workflows: readonly RegisteredWorkflow[],
    capabilities: Capabilities,
    build: string | undefined,
  ) {
    this.#build = build
    for (const [index, workflow] of workflows.entries()) this.#add(workflow, index, capabilities)
  }

  get isEmpty(): boolean {
    return this.#byName.size === 0
  }

  /** The workflow of a run; undefined if this process has no code for it. */
  find(name: string, version: string): RegisteredWorkflow | undefined {
    return this.#byName.get(name)?.get(version)
  }

  /** The version registered last: what a new run is started on. */
  newest(name: string): RegisteredWorkflow {
    const versions = [...(this.#byName.get(name)?.values() ?? [])]
    const newest = versions.at(-1)
    if (newest === undefined) throw this.unknown(name)
    return newest
  }

  /** There is no code for this workflow, or for this version of it. */
  unknown(name: string, version?: string): UnknownWorkflowError {
    const known = this.pairs().map((pair) => `"${pair.workflow}" version "${pair.version}"`)
    const wanted = version === undefined ? `"${name}"` : `"${name}" version "${version}"`
    const has = known.length === 0 ? '' : ` (it has ${known.join(', ')})`
    return new UnknownWorkflowError(
      `No workflow ${wanted} is registered with this engine${has}: add it to \`workflows\` of createEngine.`,
      { workflow: name, field: 'workflow', value: name, limit: known.join(', ') || 'none is registered' },
    )
  }

  /** True if any workflow here has a schema for events of this name. */
  declaresEvent(name: string): boolean {
    for (const versions of this.#byName.values()) {
      for (const { options } of versions.values()) if (Object.hasOwn(options.events ?? {}, name)) return true
    }
    return false
  }

  /** True if any workflow here has a codec of its own. */
  get hasOwnCodecs(): boolean {
    for (const versions of this.#byName.values()) {
      for (const { options } of versions.values()) if (options.codec !== undefined) return true
    }
    return false
  }

  /** What a worker can claim. */
  pairs(): WorkflowPair[] {
    return [...this.#byName.values()].flatMap((versions) =>
      [...versions.values()].map((workflow) => ({
        workflow: workflow.name,
        version: workflow.version,
        build: this.buildOf(workflow),
      })),
    )
  }

  /** Tells one code from another under the same name and version. */
  buildOf(workflow: RegisteredWorkflow): string {
    return this.#build ?? workflow.digest
  }

  #add(workflow: RegisteredWorkflow, index: number, capabilities: Capabilities): void {
    if (typeof workflow !== 'object' || workflow === null || typeof workflow.run !== 'function') {
      throw new ValidationError({
        field: `workflows[${index}]`,
        value: workflow,
        limit: 'a workflow made by defineWorkflow',
      })
    }
    for (const capability of workflow.options.requires ?? []) requireCapability(capabilities, capability)
    const versions = this.#byName.get(workflow.name) ?? new Map<string, RegisteredWorkflow>()
    if (versions.has(workflow.version)) {
      throw new DuplicateWorkflowError(
        `Workflow "${workflow.name}" version "${workflow.version}" is registered twice: give one of them another version.`,
        {
          workflow: workflow.name,
          version: workflow.version,
          field: `workflows[${index}]`,
          value: `${workflow.name} ${workflow.version}`,
          limit: 'each name and version once',
        },
      )
    }
    versions.set(workflow.version, workflow)
    this.#byName.set(workflow.name, versions)
  }
}
