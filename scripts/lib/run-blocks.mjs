import { sum } from './counts.mjs'

/**
 * Runs blocks one after the other and prints how long each took. One that takes longer than it may is marked: what is
 * slow is seen when it becomes slow. It is no failure, because it may be the machine that is busy.
 * @param {string} root
 * @param {readonly import('./test-blocks.mjs').Block[]} blocks
 * @param {{ startedAt: number, isHeldToMinutes: boolean, now?: () => number }} options `startedAt`: when the first began
 * @returns {Promise<import('./counts.mjs').Counts>}
 */
export async function runBlocks(root, blocks, { startedAt, isHeldToMinutes, now = Date.now }) {
  const all = []
  const lines = []
  let from = startedAt
  for (const { name, minutes, run } of blocks) {
    all.push(await run(root))
    const until = now()
    const taken = (until - from) / 60_000
    from = until
    const isTooSlow = isHeldToMinutes && taken > minutes
    const limit = isHeldToMinutes ? ` of ${minutes}` : ''
    lines.push(`${isTooSlow ? '!' : '✓'} block ${name}: ${taken.toFixed(1)}${limit} minutes`)
    console.log(lines.at(-1))
  }
  console.log(['', ...lines].join('\n'))
  return sum(all)
}
