// Generated from migrations/*.sql by `npm run generate`. Do not edit.

export const migrations: readonly {
  readonly number: number
  readonly name: string
  readonly sql: string
}[] = [
  {
    number: 1,
    name: 'initial',
    sql: `-- Facts about the database as a whole; schema_major rises when older code can no longer read it.
CREATE TABLE perdure_meta (
  name  TEXT PRIMARY KEY,
  value TEXT NOT NULL
) STRICT, WITHOUT ROWID;

INSERT INTO perdure_meta (name, value) VALUES ('schema_major', '1');

-- One row per run: the small part that changes while it runs. A run is named by (namespace, execution_id, run_no);
-- run_id only stands for that name inside this database, so that rows written together lie together.
CREATE TABLE perdure_executions (
  run_id              INTEGER PRIMARY KEY,
  -- of this row; one that is newer is left to newer code
  format              INTEGER NOT NULL,
  namespace           TEXT NOT NULL,
  execution_id        TEXT NOT NULL,
  run_no              INTEGER NOT NULL,
  -- the run that began this life
  life_no             INTEGER NOT NULL,
  workflow            TEXT NOT NULL,
  version             TEXT NOT NULL,
  queue               TEXT NOT NULL,
  priority            INTEGER NOT NULL,
  direct              INTEGER NOT NULL,
  parent_execution_id TEXT,
  parent_run_no       INTEGER,
  parent_operation_id TEXT,
  attached            INTEGER NOT NULL,
  created_at          INTEGER NOT NULL,
  status              TEXT NOT NULL,
  blocked             TEXT,
  blocked_at          INTEGER,
  -- what of the row cannot be read: it is in no index until it is mended and unblocked
  corrupted           TEXT,
  decided             TEXT,
  due_at              INTEGER,
  lease_until         INTEGER,
  lease_owner         TEXT,
  -- derived from the row: when it can be claimed; null: by no passing of time
  claim_at            INTEGER,
  -- derived from the row: whether a holder may have died of it
  suspect             INTEGER NOT NULL,
  -- derived from the row: blocked since then, and a worker that started later may try it
  retryable_since     INTEGER,
  fence_epoch         INTEGER NOT NULL,
  fence_nonce         TEXT NOT NULL,
  applied_nonce       TEXT,
  applied_commit_seq  INTEGER,
  recoveries          INTEGER NOT NULL,
  strikes             INTEGER NOT NULL,
  proven              INTEGER NOT NULL,
  -- the latest instant that a holder was told
  answered_at         INTEGER NOT NULL,
  inbox_seq           INTEGER NOT NULL,
  inbox_base          INTEGER NOT NULL,
  inbox_pending       INTEGER NOT NULL,
  waits_for           TEXT,
  control_seq         INTEGER NOT NULL,
  paused              INTEGER NOT NULL,
  cancel              TEXT,
  deadline_at         INTEGER,
  start_seq           INTEGER NOT NULL,
  settle_seq          INTEGER NOT NULL,
  child_count         INTEGER NOT NULL,
  started_at          INTEGER,
  finished_at         INTEGER,
  -- its place among the runs of the namespace that have finished; whoever removes rows keeps the one with the highest
  finish_seq          INTEGER,
  UNIQUE (namespace, execution_id, run_no)
) STRICT;

-- A claim seeks to each (queue, workflow, version) that a worker has, there to suspects, to those that are tried alone and
-- to others apart, and in them to each priority there is: what lies under other names, in the future or in a newer format is never visited.
CREATE INDEX perdure_executions_claimable
  ON perdure_executions (namespace, queue, workflow, version, format, suspect, priority, claim_at)
  WHERE claim_at IS NOT NULL;

-- A claim whose answer was lost finds what it leased.
CREATE INDEX perdure_executions_leased
  ON perdure_executions (fence_nonce)
  WHERE lease_until IS NOT NULL;

-- A worker finds what was blocked before it started, and may be cured by its code.
CREATE INDEX perdure_executions_retryable
  ON perdure_executions (namespace, queue, workflow, version, format, retryable_since)
  WHERE retryable_since IS NOT NULL;

-- Whoever claims hears of runs that are out of time, whatever code they need.
CREATE INDEX perdure_executions_deadlines
  ON perdure_executions (namespace, deadline_at)
  WHERE deadline_at IS NOT NULL AND finished_at IS NULL;

-- A request to a run is passed on to the children that are not at their end.
CREATE INDEX perdure_executions_children
  ON perdure_executions (namespace, parent_execution_id, parent_run_no, execution_id)
  WHERE parent_execution_id IS NOT NULL AND attached = 1 AND finished_at IS NULL;

-- Who waits for results hears of the runs that have finished since, in order.
CREATE UNIQUE INDEX perdure_executions_finished
  ON perdure_executions (namespace, finish_seq)
  WHERE finish_seq IS NOT NULL;

CREATE INDEX perdure_executions_created
  ON perdure_executions (namespace, created_at, execution_id);

-- What is written once per run, apart from the row above so that no step rewrites a large input.
CREATE TABLE perdure_execution_values (
  run_id               INTEGER PRIMARY KEY,
  seed                 TEXT NOT NULL,
  input_hash           TEXT NOT NULL,
  start_input_hash     TEXT NOT NULL,
  input_format         TEXT NOT NULL,
  input                ANY NOT NULL,
  tenant_id            TEXT,
  auth_format          TEXT,
  auth                 ANY,
  search_attributes    TEXT,
  output_format        TEXT,
  output               ANY,
  error                TEXT,
  compensation_outcome TEXT
) STRICT;

-- The journal. Clustered by the enclosing context ('' is the root), so that a closed context is skipped as a whole.
CREATE TABLE perdure_operations (
  run_id       INTEGER NOT NULL,
  parent_id    TEXT NOT NULL,
  operation_id TEXT NOT NULL,
  name         TEXT NOT NULL,
  occurrence   INTEGER NOT NULL,
  type         TEXT NOT NULL,
  sub_type     TEXT NOT NULL,
  status       TEXT NOT NULL,
  start_seq    INTEGER NOT NULL,
  settle_seq   INTEGER,
  attempt      INTEGER NOT NULL,
  -- the last attempts that failed and were followed by another
  attempts     TEXT,
  due_at       INTEGER,
  value_format TEXT,
  value        ANY,
  error        TEXT,
  extras       TEXT,
  started_at   INTEGER NOT NULL,
  ended_at     INTEGER,
  PRIMARY KEY (run_id, parent_id, start_seq)
) STRICT, WITHOUT ROWID;

-- The inbox of an execution. A message stays after it was consumed: the history shows it.
CREATE TABLE perdure_messages (
  namespace    TEXT NOT NULL,
  execution_id TEXT NOT NULL,
  inbox_seq    INTEGER NOT NULL,
  life_no      INTEGER NOT NULL,
  kind         TEXT NOT NULL,
  topic        TEXT NOT NULL,
  run_no       INTEGER,
  outcome      TEXT,
  dedupe_id    TEXT,
  received_at  INTEGER NOT NULL,
  consumed_by  TEXT,
  dropped      INTEGER NOT NULL,
  value_format TEXT,
  value        ANY,
  error        TEXT,
  PRIMARY KEY (namespace, execution_id, inbox_seq)
) STRICT, WITHOUT ROWID;

CREATE UNIQUE INDEX perdure_messages_deduplicated
  ON perdure_messages (namespace, execution_id, life_no, dedupe_id)
  WHERE dedupe_id IS NOT NULL;

-- A holder takes the next message of a topic that it waits for; what was consumed is not passed over again.
CREATE INDEX perdure_messages_pending
  ON perdure_messages (namespace, execution_id, topic, inbox_seq)
  WHERE consumed_by IS NULL AND dropped = 0;

-- Requests that are still to be asked of the attached children of a run: oldest first, children by id.
CREATE TABLE perdure_relays (
  relay_no     INTEGER PRIMARY KEY,
  namespace    TEXT NOT NULL,
  execution_id TEXT NOT NULL,
  run_no       INTEGER NOT NULL,
  action       TEXT NOT NULL,
  after        TEXT NOT NULL
) STRICT;

CREATE TABLE perdure_workers (
  namespace TEXT NOT NULL,
  worker_id TEXT NOT NULL,
  queues    TEXT NOT NULL,
  pairs     TEXT NOT NULL,
  seen_at   INTEGER NOT NULL,
  PRIMARY KEY (namespace, worker_id)
) STRICT, WITHOUT ROWID;
`,
  },
]
