import { type Capabilities, capabilities, type Store } from '@perdure/core'
import { ChangeWatch } from './change-watch.js'
import { Connection } from './connection.js'
import { mapError } from './map-error.js'
import { resolveOptions, type SqliteOptions } from './options.js'
import { acquire } from './queries/acquire.js'
import { announce } from './queries/announce.js'
import { append } from './queries/append.js'
import { claim } from './queries/claim.js'
import { commit } from './queries/commit.js'
import { control } from './queries/control.js'
import { create } from './queries/create.js'
import { finishedSince } from './queries/finished-since.js'
import { inbox } from './queries/inbox.js'
import { list } from './queries/list.js'
import { load } from './queries/load.js'
import { look } from './queries/look.js'
import { messages } from './queries/messages.js'
import { read } from './queries/read.js'
import { relay } from './queries/relay.js'
import { renew } from './queries/renew.js'
import { retire } from './queries/retire.js'
import { workers } from './queries/workers.js'

const manifest: Capabilities = capabilities({
  adapter: 'sqlite',
  events: 'buffered',
  raceOrder: 'recorded',
  pause: true,
  cancel: true,
  list: true,
  namespaces: true,
  versions: true,
  push: true,
})

/**
 * A store in a SQLite file, for one machine: any number of processes can work on the same file.
 *
 * @throws ValidationError naming the option that cannot be.
 *
 * @example
 * ```ts
 * import { sqlite } from '@perdure/sqlite'
 *
 * const store = sqlite({ path: 'app.db' })
 * await store.open()
 * ```
 */
export function sqlite(options: SqliteOptions): Store {
  const resolved = resolveOptions(options)
  const connection = new Connection(resolved, manifest.limits.maxInboxMessages)
  const changes = new ChangeWatch(resolved.clock, () => connection.dataVersion(), warnOfBlindness)

  return {
    capabilities: manifest,
    open: () => connection.open(),
    close: async () => {
      changes.stop()
      connection.close()
    },
    create: (batch) => connection.write((transaction) => create(transaction, batch)),
    claim: (request) => connection.write((transaction) => claim(transaction, request)),
    acquire: (request) => connection.write((transaction) => acquire(transaction, request)),
    commit: (request) => commit(connection, request),
    renew: (request) => connection.write((transaction) => renew(transaction, request)),
    look: (holdings) => connection.read((sql) => look(sql, holdings)),
    append: (batch) => connection.write((transaction) => append(transaction, batch)),
    control: (batch) => connection.write((transaction) => control(transaction, batch)),
    load: (request) => connection.read((sql) => load(sql, request)),
    messages: (request) => connection.read((sql) => messages(sql, request)),
    read: (keys) => connection.read((sql) => read(sql, keys)),
    list: (request) => connection.read((sql) => list(sql, request)),
    finishedSince: (request) => connection.read((sql) => finishedSince(sql, request)),
    inbox: (request) => connection.read((sql) => inbox(sql, request)),
    announce: (worker) => connection.write((transaction) => announce(transaction, worker)),
    retire: (worker) => connection.write((transaction) => retire(transaction, worker)),
    workers: (request) => connection.read((sql) => workers(sql, request)),
    relay: (request) => relay(connection, request),
    watch: (listener) => changes.listen(listener),
  }
}

/** Nobody waits for a look at the file, so nobody could be given its error. What is written is found by polling. */
function warnOfBlindness(error: unknown): void {
  const { message } = mapError(error)
  process.emitWarning(`Changes of the database by others are not seen at once for now: ${message}`, {
    code: 'PERDURE_SQLITE_WATCH',
  })
}
