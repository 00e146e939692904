import type { MessageRecord, OperationRecord } from '@perdure/core'
import { eventIdOf } from '../event-id-of.js'
import { acceptedOf, type Evidence } from '../evidence.js'
import type { Fault } from '../fault.js'
import type { Rule } from './rule.js'

/** An event that was acknowledged is in the inbox, and a wait that was open for it does not end without it. */
export const lostEvents: Rule = (evidence) => [...missing(evidence), ...waitedForInVain(evidence)]

function missing(evidence: Evidence): readonly Fault[] {
  const kept = new Set(evidence.messages.map(eventIdOf))
  return acceptedOf(evidence, 'event')
    .filter(({ asked }) => !kept.has(asked.eventId))
    .map(({ asked }) =>
      fault(evidence, `event ${asked.eventId} was acknowledged, and the store does not have it`),
    )
}

function waitedForInVain(evidence: Evidence): readonly Fault[] {
  const left = evidence.messages.filter(({ consumedBy }) => consumedBy === null)
  return evidence.runs.flatMap(({ row, operations }) =>
    operations
      .filter(({ status }) => status === 'TIMED_OUT')
      .flatMap((wait) =>
        left
          .filter((message) => message.inboxSeq > row.inboxBase && isFor(message, wait))
          .map((message) =>
            fault(
              evidence,
              `run ${row.runNo} waited for ${message.topic} until its time was over, and ${eventIdOf(message)} lay there`,
            ),
          ),
      ),
  )
}

function isFor(message: MessageRecord, wait: OperationRecord): boolean {
  return message.topic === `event:${wait.name}` && wait.dueAt !== null && message.receivedAt < wait.dueAt
}

function fault({ executionId }: Evidence, text: string): Fault {
  return { column: 'lost', about: executionId, text }
}
