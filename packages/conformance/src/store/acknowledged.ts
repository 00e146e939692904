import { isDeepStrictEqual } from 'node:util'
import type {
  AddressedMessage,
  AppendAnswer,
  CommitAnswer,
  CommitEntry,
  ConsumedMessage,
  ExecutionKey,
  NewMessage,
  OperationRecord,
  RunKey,
  Store,
  Turn,
} from '@perdure/core'
import { interceptStore, type StoreCall } from '../faults/intercept-store.js'
import type { ProbedRows } from './store-under-test.js'
import { ToldTimes } from './told-times.js'

/** What the holders of each message's execution had been told when it was sent. */
type Told = readonly ReadonlyMap<number, number>[]

/** What a store has promised to keep, by the answers that it gave: an audit asks for all of it. */
export class Acknowledged {
  readonly #operations = new Map<string, OperationRecord>()
  readonly #messages = new Map<string, NewMessage>()
  readonly #consumed = new Map<string, ConsumedMessage>()
  readonly #endings = new Map<string, Extract<Turn, { readonly kind: 'finish' }>>()
  readonly #runs = new Set<string>()
  readonly #times = new ToldTimes()

  /** The same store; what it acknowledges is noted. */
  watch(store: Store): Store {
    return interceptStore(store, async (call, apply) => {
      const told = call.verb === 'append' ? call.request.map(({ to }) => this.#times.toldOf(to)) : []
      const answer = await apply()
      this.#times.note(call, answer)
      this.#note(call, answer, told)
      return answer
    })
  }

  /** What was acknowledged and is not there, or not when it was said to be: a sentence for each. */
  missingIn(rows: ProbedRows): readonly string[] {
    const runs = new Map(rows.runs.map((run) => [runName(run), run]))
    const operations = new Map(rows.operations.map((row) => [operationName(row, row), row]))
    const messages = new Map(rows.inbox.map((row) => [messageName(row, row.inboxSeq), row]))
    return [
      ...[...this.#runs].flatMap((name) => missing(`run ${name}`, runs.get(name), {})),
      ...[...this.#operations].flatMap(([name, row]) =>
        missing(`operation ${name}`, operations.get(name), row),
      ),
      ...[...this.#messages].flatMap(([name, row]) => missing(`message ${name}`, messages.get(name), row)),
      ...[...this.#consumed].flatMap(([name, { operationId }]) => {
        const marks = { consumedBy: operationId, dropped: operationId === null }
        return missing(`consumption of message ${name}`, messages.get(name), marks)
      }),
      ...[...this.#endings].flatMap(([name, { kind: _, ...ending }]) =>
        missing(`end of run ${name}`, runs.get(name), ending),
      ),
      ...this.#times.overtakenIn(rows),
    ]
  }

  #note({ verb, request }: StoreCall, answer: unknown, told: Told): void {
    // Verb, request and answer belong together, which the types of an interceptor cannot say.
    if (verb === 'append') this.#noteAppend(request, answer as readonly AppendAnswer[], told)
    if (verb === 'commit') {
      const { answers } = answer as { readonly answers: readonly CommitAnswer[] }
      request.entries.forEach((entry, index) => {
        if (answers[index]?.kind === 'applied') this.#noteTurn(structuredClone(entry))
      })
    }
    if (verb === 'create') {
      const answers = answer as Awaited<ReturnType<Store['create']>>
      answers.forEach((each, index) => {
        const wanted = request[index]
        if (wanted !== undefined && each.kind === 'created')
          this.#runs.add(runName({ ...wanted, runNo: each.runNo }))
      })
    }
  }

  #noteAppend(batch: readonly AddressedMessage[], answers: readonly AppendAnswer[], told: Told): void {
    answers.forEach((answer, index) => {
      const sent = batch[index]
      if (sent === undefined || answer.kind !== 'appended') return
      this.#messages.set(messageName(sent.to, answer.inboxSeq), structuredClone(sent.message))
      this.#times.noteMessage(sent.to, answer.inboxSeq, told[index] ?? new Map())
    })
  }

  #noteTurn({ key, operations, consumed, turn }: CommitEntry): void {
    for (const operation of operations) this.#operations.set(operationName(key, operation), operation)
    for (const message of consumed) this.#consumed.set(messageName(key, message.inboxSeq), message)
    if (turn.kind === 'finish') this.#endings.set(runName(key), turn)
    if (turn.kind === 'continueAsNew') this.#runs.add(runName({ ...key, runNo: key.runNo + 1 }))
  }
}

/** A sentence if the row has not all that was written, whatever it has besides; it names the fields that differ. */
function missing(what: string, row: object | undefined, written: object): readonly string[] {
  if (row === undefined) return [`${what} was acknowledged and is not there, or the probe leaves it out`]
  const kept = row as Readonly<Record<string, unknown>>
  const differing = Object.entries(written)
    .filter(([field, value]) => !isDeepStrictEqual(kept[field], value))
    .map(([field]) => (field in kept ? field : `${field} (which the probe leaves out)`))
  if (differing.length === 0) return []
  return [`${what} was acknowledged and is not there as it was: ${differing.join(', ')}`]
}

function runName({ namespace, executionId, runNo }: RunKey): string {
  return JSON.stringify([namespace, executionId, runNo])
}

function operationName({ namespace, executionId, runNo }: RunKey, { operationId }: OperationRecord): string {
  return JSON.stringify([namespace, executionId, runNo, operationId])
}

function messageName({ namespace, executionId }: ExecutionKey, inboxSeq: number): string {
  return JSON.stringify([namespace, executionId, inboxSeq])
}
