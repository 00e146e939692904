import type { ControlAction, RelayAnswer } from '@perdure/core'
import type { Connection } from '../connection.js'
import type { Transaction } from '../transaction.js'
import { control } from './control.js'

type RelayRow = readonly [
  relayNo: number,
  namespace: string,
  executionId: string,
  runNo: number,
  action: string,
  after: string,
]

/**
 * Asks the action of the oldest relay of the next few children. What a child leaves to do for children of its own is a
 * relay of its own, recorded behind all others: a tree is walked a generation at a time, and no call grows with it.
 */
export async function relay(
  connection: Connection,
  { limit }: { readonly limit: number },
): Promise<RelayAnswer> {
  // Mostly there is nothing to do, which is seen without the lock.
  const oldest = await connection.read((sql) => sql.get<RelayRow>(selectOldest))
  if (oldest === undefined) return { applied: 0, remaining: false }
  return connection.write((transaction) => relayOldest(transaction, limit))
}

function relayOldest(transaction: Transaction, limit: number): RelayAnswer {
  const { sql } = transaction
  const oldest = sql.get<RelayRow>(selectOldest)
  if (oldest === undefined) return { applied: 0, remaining: false }
  const [relayNo, namespace, executionId, runNo, action, after] = oldest
  const children = sql.all<[childId: string]>(selectChildren, namespace, executionId, runNo, after, limit + 1)
  const piece = children.slice(0, limit).map(([childId]) => childId)
  if (children.length > limit) sql.run(moveOn, piece.at(-1) ?? after, relayNo)
  else sql.run(remove, relayNo)
  const asked: ControlAction = JSON.parse(action)
  const answers = control(
    transaction,
    piece.map((childId) => ({ namespace, executionId: childId, action: asked })),
  )
  const applied = answers.filter(({ kind }) => kind === 'accepted').length
  return { applied, remaining: sql.get(selectOldest) !== undefined }
}

// One that cannot be read stays where it is, and holds up no other.
const selectOldest = `SELECT relay_no, namespace, execution_id, run_no, action, after FROM perdure_relays
  WHERE json_valid(action) ORDER BY relay_no LIMIT 1`

const selectChildren = `SELECT execution_id FROM perdure_executions INDEXED BY perdure_executions_children
  WHERE namespace = ? AND parent_execution_id = ? AND parent_run_no = ? AND execution_id > ?
    AND attached = 1 AND finished_at IS NULL
  ORDER BY execution_id LIMIT ?`

const moveOn = 'UPDATE perdure_relays SET after = ? WHERE relay_no = ?'

const remove = 'DELETE FROM perdure_relays WHERE relay_no = ?'
