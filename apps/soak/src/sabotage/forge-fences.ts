import { interceptStore } from '@perdure/conformance/faults'
import type { CommitEntry, Fence, RunKey, Store } from '@perdure/core'

/**
 * The same store, for holders that write whatever became of their lease: each commit and renewal carries the fence that
 * the row has at that moment, and a commit number that was not used yet.
 */
export function forgeFences(store: Store): Store {
  return interceptStore(store, async (call, apply) => {
    if (call.verb === 'renew') {
      const holdings = await Promise.all(
        call.request.holdings.map(async ({ key, fence }) => ({
          key,
          fence: (await rowOf(store, key))?.fence ?? fence,
        })),
      )
      return (await store.renew({ ...call.request, holdings })) as Awaited<ReturnType<typeof apply>>
    }
    if (call.verb !== 'commit') return apply()
    const entries = await Promise.all(call.request.entries.map((entry) => forged(store, entry)))
    return (await store.commit({ ...call.request, entries })) as Awaited<ReturnType<typeof apply>>
  })
}

async function forged(store: Store, entry: CommitEntry): Promise<CommitEntry> {
  const row = await rowOf(store, entry.key)
  if (row === undefined || isSame(row.fence, entry.fence)) return entry
  const commitSeq = row.applied?.nonce === row.fence.nonce ? row.applied.commitSeq + 1 : 1
  const seen = { inboxSeq: row.inboxSeq, controlSeq: row.control.seq }
  return { ...entry, fence: row.fence, commitSeq, seen }
}

async function rowOf(store: Store, key: RunKey) {
  const [row] = await store.read([key])
  return row ?? undefined
}

function isSame(one: Fence, other: Fence): boolean {
  return one.epoch === other.epoch && one.nonce === other.nonce
}
