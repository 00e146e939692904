import type { MessageRecord, OperationRecord, RunRecord, Store } from '@perdure/core'
import { errorCodeOf } from '../clients/error-code-of.js'
import type { RunLine } from '../effects/log-line.js'
import { kindOf } from '../workflows/run-kind.js'
import type { Evidence, StoredRun } from './evidence.js'

const namespace = 'main'
const pageSize = 1_000

/** Puts what the store has of an execution beside what the log says of it. */
export async function gatherEvidence(
  store: Store,
  executionId: string,
  lines: readonly RunLine[],
): Promise<Evidence> {
  const known = { executionId, kind: kindOf(executionId), lines }
  // What can be read of a broken run is evidence, too.
  const runs: StoredRun[] = []
  try {
    for await (const run of readRuns(store, executionId)) runs.push(run)
    return { ...known, runs, messages: await readMessages(store, executionId), unreadable: undefined }
  } catch (error) {
    return { ...known, runs, messages: [], unreadable: errorCodeOf(error) }
  }
}

async function* readRuns(store: Store, executionId: string): AsyncGenerator<StoredRun> {
  for (let runNo = 1; ; runNo += 1) {
    const [row] = await store.read([{ namespace, executionId, runNo }])
    if (row === null || row === undefined) return
    const operations: OperationRecord[] = []
    yield { row, operations }
    operations.push(...(await readOperations(store, row)))
  }
}

async function readOperations(
  store: Store,
  { executionId, runNo }: RunRecord,
): Promise<readonly OperationRecord[]> {
  const operations: OperationRecord[] = []
  for (let cursor: string | null | undefined; cursor !== null; ) {
    const from = cursor === undefined ? {} : { cursor }
    const page = await store.load({
      namespace,
      executionId,
      runNo,
      limit: pageSize,
      everything: true,
      ...from,
    })
    operations.push(...page.operations)
    cursor = page.cursor
  }
  return operations
}

async function readMessages(store: Store, executionId: string): Promise<readonly MessageRecord[]> {
  const messages: MessageRecord[] = []
  for (let after = 0; ; ) {
    const page = await store.inbox({ namespace, executionId, after, limit: pageSize })
    messages.push(...page.messages)
    const last = page.messages.at(-1)
    if (!page.more || last === undefined) return messages
    after = last.inboxSeq
  }
}
