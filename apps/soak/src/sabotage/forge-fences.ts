import { interceptStore } from '@perdure/conformance/faults'
import type { ClaimAnswer, CommitEntry, Fence, RunKey, Store } from '@perdure/core'
import { leaseMs } from '../settings.js'

/** A holder believes for so much longer that it has its lease: what it does meanwhile, the fence alone would refuse. */
const disbeliefMs = 5 * leaseMs

/**
 * The same store, for holders that write whatever became of their lease: they do not notice that it is over, and each
 * commit and renewal carries the fence that the row has at that moment, and a commit number that was not used yet.
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
      const answers = await store.renew({ ...call.request, holdings })
      return answers.map(believed) as Awaited<ReturnType<typeof apply>>
    }
    if (call.verb === 'claim')
      return believedClaim(await store.claim(call.request)) as Awaited<ReturnType<typeof apply>>
    if (call.verb !== 'commit') return apply()
    const entries = await Promise.all(call.request.entries.map((entry) => forged(store, entry)))
    const { answers, claim } = await store.commit({ ...call.request, entries })
    const reply = {
      answers: answers.map(believed),
      ...(claim === undefined ? {} : { claim: believedClaim(claim) }),
    }
    return reply as Awaited<ReturnType<typeof apply>>
  })
}

function believedClaim(answer: ClaimAnswer): ClaimAnswer {
  return { ...answer, claimed: answer.claimed.map(({ run }) => ({ run: believed(run) })) }
}

function believed<Answer extends object>(answer: Answer): Answer {
  if (!('leaseUntil' in answer) || typeof answer.leaseUntil !== 'number') return answer
  return { ...answer, leaseUntil: answer.leaseUntil + disbeliefMs }
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
