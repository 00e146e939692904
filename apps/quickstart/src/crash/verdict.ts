/** What a crash run has shown. */
export interface Evidence {
  readonly isShipped: boolean
  readonly lostCount: number
  readonly doubledCount: number
  /** Kills that hit orders which had not ended. */
  readonly hits: number
}

/** On the shipped file, fewer kills in the middle of orders than this would prove nothing. */
const fewestHits = 3

/** Why a crash run is no proof that nothing is lost or doubled; nothing if it is one. */
export function objections({ isShipped, lostCount, doubledCount, hits }: Evidence): string[] {
  const found: string[] = []
  if (lostCount > 0) found.push(`${lostCount} orders are lost.`)
  if (doubledCount > 0) found.push(`${doubledCount} orders are charged more than once.`)
  if (isShipped && hits < fewestHits)
    found.push(`Only ${hits} kills hit unfinished orders; ${fewestHits} are needed for a proof.`)
  return found
}
