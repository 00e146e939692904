/** One rule that an adapter keeps: an id to cite, a sentence to read, and a check that fails if it is broken. */
export interface Requirement<Trial> {
  /** The noun and a number: `COMMIT-03`. Never used twice. */
  readonly requirementId: string
  /** A fact in the present tense. */
  readonly sentence: string
  /** Rejects if the rule is broken. */
  readonly check: (trial: Trial) => Promise<void>
}

export function requirement<Trial>(
  requirementId: string,
  sentence: string,
  check: (trial: Trial) => Promise<void>,
): Requirement<Trial> {
  return { requirementId, sentence, check }
}
