/**
 * Binds the life of this process to its parent's. A terminal sends Ctrl-C to the whole family: only the
 * parent decides what it means.
 */
export function liveWithParent(): void {
  process.on('disconnect', () => process.exit())
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
}
