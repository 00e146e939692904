import { isTerminal, type PassedDeadline } from '@perdure/core'
import type { EngineCore } from './engine-core.js'

/**
 * Record that runs are out of time which nobody holds, whether or not there is code for them here. One that was never
 * claimed ends with that; any other is due, for whoever has its code. Returns how many.
 */
export async function recordPassedDeadlines(
  { store, bus, options }: EngineCore,
  passed: readonly PassedDeadline[],
): Promise<number> {
  if (passed.length === 0) return 0
  try {
    const answers = await store.control(
      passed.map(({ namespace, executionId, runNo, deadlineAt }) => ({
        namespace,
        executionId,
        target: { runNo },
        action: { kind: 'recordDeadline', deadlineAt },
      })),
    )
    const ended = passed.filter((_, index) => {
      const answer = answers[index]
      return answer?.kind === 'accepted' && isTerminal(answer.status)
    })
    for (const row of await store.read(ended)) {
      if (row === null || !isTerminal(row.status)) continue
      const { status, output, error, ...run } = row
      bus.finished({ run, status, output, error })
    }
    return answers.filter(({ kind }) => kind === 'accepted').length
  } catch (error) {
    const executionIds = passed.map(({ executionId }) => executionId)
    options.logger.warn(
      'Deadlines that have passed could not be recorded; the next claim lists them again.',
      {
        error,
        executionIds,
      },
    )
    return 0
  }
}
