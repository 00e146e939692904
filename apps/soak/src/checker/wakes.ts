import { eventIdOf } from './event-id-of.js'
import { acceptedOf, callsOf, type Evidence, linesOf, runOf } from './evidence.js'

/** Something that was to happen at a time, and happened. */
export interface Wake {
  readonly what: string
  readonly dueAt: number
  readonly doneAt: number
}

/** All that woke up in an execution. What never did is not late but stuck. */
export function wakesOf(evidence: Evidence): readonly Wake[] {
  return [
    ...starts(evidence),
    ...sleeps(evidence),
    ...events(evidence),
    ...endings(evidence),
    ...deadlines(evidence),
    ...results(evidence),
  ]
}

function starts(evidence: Evidence): readonly Wake[] {
  const entries = linesOf(evidence, 'entered')
  return evidence.runs.flatMap(({ row: { runNo } }) => {
    const entry = entries.find((line) => line.runNo === runNo)
    const start = acceptedOf(evidence, 'start').find(({ answered }) => answered.runNo === runNo)
    if (entry === undefined || start === undefined) return []
    const dueAt = Math.max(start.answered.at, start.asked.dueAt ?? 0)
    return [{ what: `run ${runNo} began to run`, dueAt, doneAt: entry.at }]
  })
}

function sleeps(evidence: Evidence): readonly Wake[] {
  // What is due while the run is paused waits for the resume.
  if (callsOf(evidence, 'pause').length > 0) return []
  const seen = new Set<string>()
  return linesOf(evidence, 'woke').flatMap(({ runNo, operation, at }) => {
    if (seen.has(`${runNo} ${operation}`)) return []
    seen.add(`${runNo} ${operation}`)
    const sleep = runOf(evidence, runNo)?.operations.find(({ name }) => name === operation)
    if (sleep === undefined || sleep.dueAt === null) return []
    return [{ what: `${operation} of run ${runNo} was over`, dueAt: sleep.dueAt, doneAt: at }]
  })
}

function events(evidence: Evidence): readonly Wake[] {
  const operations = new Map(
    evidence.runs.flatMap((run) => run.operations.map((each) => [each.operationId, each])),
  )
  const opened = new Map(
    evidence.messages.map((message) => [
      eventIdOf(message),
      operations.get(message.consumedBy ?? '')?.startedAt,
    ]),
  )
  return acceptedOf(evidence, 'event').flatMap(({ asked, answered }) => {
    const took = linesOf(evidence, 'took').find(({ eventId }) => eventId === asked.eventId)
    const openedAt = opened.get(asked.eventId)
    if (took === undefined || openedAt === undefined) return []
    // It may have lain there until the run came to wait for it.
    return [
      { what: `event ${asked.eventId} was taken`, dueAt: Math.max(answered.at, openedAt), doneAt: took.at },
    ]
  })
}

function endings(evidence: Evidence): readonly Wake[] {
  return (['cancel', 'terminate'] as const).flatMap((action) =>
    acceptedOf(evidence, action).flatMap(({ asked, answered }) => {
      const finishedAt = runOf(evidence, asked.runNo)?.row.finishedAt ?? null
      if (finishedAt === null) return []
      return [
        { what: `the ${action} of run ${asked.runNo} ended it`, dueAt: answered.at, doneAt: finishedAt },
      ]
    }),
  )
}

function deadlines(evidence: Evidence): readonly Wake[] {
  return evidence.runs.flatMap(({ row: { runNo, status, control, finishedAt } }) => {
    if (status !== 'TIMED_OUT' || finishedAt === null || control.deadlineAt === null) return []
    return [{ what: `the deadline of run ${runNo} ended it`, dueAt: control.deadlineAt, doneAt: finishedAt }]
  })
}

function results(evidence: Evidence): readonly Wake[] {
  const waits = new Map(linesOf(evidence, 'awaited').map((line) => [line.waitId, line]))
  return linesOf(evidence, 'returned').flatMap(({ waitId, at }) => {
    const wait = waits.get(waitId)
    const finishedAt = runOf(evidence, wait?.runNo)?.row.finishedAt ?? null
    if (wait === undefined || finishedAt === null) return []
    const dueAt = Math.max(finishedAt, wait.at)
    return [{ what: `a client heard of the end of run ${wait.runNo}`, dueAt, doneAt: at }]
  })
}
