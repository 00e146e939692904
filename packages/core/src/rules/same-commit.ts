import type { CommitMark } from '../records.js'

/** True if both name the same commit; a run that has recorded nothing has none. */
export function isSameCommit(one: CommitMark | null, other: CommitMark): boolean {
  return one !== null && one.nonce === other.nonce && one.commitSeq === other.commitSeq
}
