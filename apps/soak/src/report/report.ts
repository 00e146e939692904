import Table from 'cli-table3'
import { columns } from '../checker/fault.js'
import type { Findings } from '../checker/findings.js'

/** The tables at the end of a soak: what was done, and what went wrong. */
export function report(findings: Findings): string {
  const verdict = new Table({ head: [...columns], style: { head: [], border: [] } })
  verdict.push(columns.map((column) => findings.of(column)))
  const done = new Table({ style: { head: [], border: [] }, colWidths: [12, 90], wordWrap: true })
  done.push(...rows(findings).map(([title, text]) => [title, text]))
  const faults = findings.faults.map(({ column, about, text }) => `${column}: ${about}: ${text}`)
  return [done.toString(), ...faults, verdict.toString()].join('\n')
}

function rows({ tally, ends }: Findings): readonly (readonly [string, string])[] {
  const counted = (...names: readonly (readonly [title: string, name: string])[]): string =>
    names.map(([title, name]) => `${tally.of(name)} ${title}`).join(', ')
  return [
    ['Runs', `${counted(['starts acknowledged', 'start accepted'])}; ${list(ends)}`],
    [
      'Fleet',
      counted(
        ['kills', 'killed'],
        ['freezes', 'frozen'],
        ['unplugged', 'unplugged'],
        ['ended by poison', 'poisoned'],
        ['ended by itself', 'died'],
        ['stalls of the machine', 'stalled'],
      ),
    ],
    ['Poison', counted(['runs', 'poison asked'], ['passes', 'poison entered'])],
    ['Damage', counted(['rows broken', 'damaged'])],
    [
      'Effects',
      counted(
        ['bodies begun', 'began'],
        ['results computed', 'did'],
        ['outcomes told', 'told'],
        ['sleeps over', 'woke'],
      ),
    ],
    [
      'Clients',
      counted(
        ['events sent', 'event accepted'],
        ['taken', 'took'],
        ['cancels', 'cancel accepted'],
        ['terminates', 'terminate accepted'],
        ['pauses', 'pause accepted'],
        ['resumes', 'resume accepted'],
        ['waits', 'awaited'],
        ['returned', 'returned'],
      ),
    ],
    ['Refusals', list(tally.refusals) || 'none'],
  ]
}

function list(counts: ReadonlyMap<string, number>): string {
  return [...counts]
    .sort(([one], [other]) => one.localeCompare(other))
    .map(([name, count]) => `${count} ${name}`)
    .join(', ')
}
