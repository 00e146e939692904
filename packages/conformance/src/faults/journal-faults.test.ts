import {
  applyUpdate,
  capabilities,
  captureHome,
  type DurableContextOps,
  defineWorkflow,
  isSettled,
  type Journal,
  type JournalListener,
  type OperationRecord,
  type PassEnding,
  runWorkflow,
  silentLogger,
} from '@perdure/core'
import { describe, expect, it } from 'vitest'
import { VirtualClock } from '../virtual-clock.js'
import { injectJournalFaults, type JournalFault, type JournalFaultPlan } from './journal-faults.js'

const threeSteps = async (ctx: DurableContextOps): Promise<string> => {
  const letters: string[] = []
  for (const letter of ['a', 'b', 'c']) letters.push(await ctx.step(letter, () => letter))
  return letters.join('')
}

describe('injectJournalFaults', () => {
  it('changes nothing without a fault', async () => {
    expect(await new Bench(threeSteps).play()).toBe('abc')
  })

  it('drops the pass before or after an update, and the next pass goes on', async () => {
    for (const [kind, recorded] of [
      ['failBefore', ['a']],
      ['failAfter', ['a', 'b']],
    ] as const) {
      const bench = new Bench(threeSteps)
      expect(await bench.play(at('record', 2, { kind }))).toBe('lost')
      expect(bench.names).toEqual(recorded)
      expect(await bench.play()).toBe('abc')
      expect(bench.names).toEqual(['a', 'b', 'c'])
    }
  })

  it('loses the end', async () => {
    const bench = new Bench(threeSteps)
    expect(await bench.play(at('finish', 1, { kind: 'failBefore' }))).toBe('lost')
    expect(bench.ending).toBeUndefined()
    expect(await bench.play()).toBe('abc')
  })

  it('delays an announcement and all that follow, in their order', async () => {
    const bench = new Bench(threeSteps)
    const playing = bench.play(at('announce', 1, { kind: 'delay', delayMs: 1_000 }))
    await bench.quiet()
    expect(bench.ending).toBeUndefined()
    bench.clock.advance(1_000)
    expect(await playing).toBe('abc')
  })

  it('announces twice, which a pass does not mind', async () => {
    expect(await new Bench(threeSteps).play(at('announce', 2, { kind: 'duplicate' }))).toBe('abc')
  })

  it('announces in the wrong order, and user code sees it', async () => {
    const race = (ctx: DurableContextOps): Promise<string> => {
      return Promise.race(['first', 'second'].map((name) => ctx.step(name, () => name)))
    }
    expect(await new Bench(race).play()).toBe('first')
    expect(await new Bench(race).play(at('announce', 1, { kind: 'reorder' }))).toBe('second')
  })
})

function at(verb: string, verbNo: number, fault: JournalFault): JournalFaultPlan {
  return (call) => (call.verb === verb && call.verbNo === verbNo ? fault : undefined)
}

/** Runs a workflow over rows in an array, one pass after another. */
class Bench {
  readonly clock = new VirtualClock()
  ending: PassEnding | undefined
  readonly #rows = new Map<string, OperationRecord>()
  readonly #run: (ctx: DurableContextOps) => Promise<string>

  constructor(run: (ctx: DurableContextOps) => Promise<string>) {
    this.#run = run
  }

  get names(): readonly string[] {
    return [...this.#rows.values()].map(({ name }) => name)
  }

  /** What the workflow returned, or that the pass was lost on the way. */
  play(plan: JournalFaultPlan = () => undefined): Promise<string> {
    return new Promise((resolve) => {
      const host = { clock: this.clock, lost: () => resolve('lost') }
      const journal = injectJournalFaults(this.#journal(resolve), plan, host)
      runWorkflow(defineWorkflow({ name: 'trial' }, this.#run), {
        journal,
        clock: this.clock,
        logger: silentLogger,
        codec: undefined,
        maxPayloadBytes: 1_000_000,
        bodyGraceMs: 0,
        enterHome: captureHome(),
        watchdogMs: null,
        events: {},
        onUnvisited: 'warn',
      })
    })
  }

  /** Lets everything run that does not wait for time. */
  async quiet(): Promise<void> {
    for (let turn = 0; turn < 10; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
  }

  /** The least that a pass needs: what is recorded is durable at once. */
  #journal(ended: (output: string) => void): Journal {
    const rows = this.#rows
    const settled = (): OperationRecord[] => [...rows.values()].filter(({ status }) => isSettled(status))
    let listener: JournalListener | undefined
    return {
      capabilities: capabilities({ adapter: 'array' }),
      run: runFacts(this.clock.now()),
      checkpointToken: '',
      settlements: settled(),
      unfinished: [...rows.values()].filter(({ status }) => !isSettled(status)),
      get operationCount() {
        return rows.size
      },
      lookup: (operationId) => rows.get(operationId),
      delivered: () => {},
      takeBack: () => {},
      now: () => this.clock.now(),
      mayStart: () => true,
      record: (update) => {
        const operation = applyUpdate(rows.get(update.operationId), update, this.clock.now(), {
          nextStartSeq: () => rows.size + 1,
          nextSettleSeq: () => settled().length + 1,
        })
        rows.set(update.operationId, operation)
        setImmediate(() => listener?.changed(operation))
        return operation
      },
      attach: (pass) => {
        listener = pass
      },
      flush: () => {},
      idle: () => {},
      finish: (ending) => {
        this.ending = ending
        ended(textOf(ending))
      },
      block: () => {},
    }
  }
}

function runFacts(now: number): Journal['run'] {
  return {
    namespace: 'main',
    executionId: 'one',
    runNo: 1,
    workflow: 'trial',
    version: '1',
    seed: 'seed',
    input: { format: 'json', data: 'null' },
    createdAt: now,
    startedAt: now,
    tenantId: null,
  }
}

function textOf(ending: PassEnding): string {
  if (ending.kind === 'completed') return JSON.parse(String(ending.output.data))
  return ending.kind === 'failed' ? ending.error.message : ending.kind
}
