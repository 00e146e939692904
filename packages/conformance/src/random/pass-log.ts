/** Something that the workflow saw: how an operation ended, a time, a number. */
export interface Sight {
  /** The context in which it was seen; the root is ''. */
  readonly scope: string
  readonly text: string
}

/** What one pass over the workflow saw, in order. */
export class PassLog {
  readonly sights: Sight[] = []
  /** Contexts whose code ran. */
  readonly scopes: Set<string> = new Set()
  /** Its process is gone: what is left of its code does nothing that anybody could see. */
  isOver = false

  /** What this pass saw in contexts whose code ran in the other one too: a closed context is not run again. */
  sharedWith(other: PassLog): readonly string[] {
    return this.sights.filter(({ scope }) => other.scopes.has(scope)).map(({ text }) => text)
  }
}

/**
 * Passes over one program see the same as far as they come: of what two saw, one is how the other begins. Returns
 * where they part, if they do. `same` makes texts equal that mean the same.
 */
export function contradiction(
  one: PassLog,
  other: PassLog,
  same: (texts: readonly string[]) => readonly string[] = (texts) => texts,
): readonly [one: string, other: string] | undefined {
  const left = same(one.sharedWith(other))
  const right = same(other.sharedWith(one))
  for (const [index, text] of left.entries()) {
    const counterpart = right[index]
    if (counterpart === undefined) return undefined
    if (counterpart !== text) return [text, counterpart]
  }
  return undefined
}
