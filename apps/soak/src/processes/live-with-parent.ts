/** Binds the life of this process to its parent's; what Ctrl-C means is for the parent alone to say. */
export function liveWithParent(): void {
  process.on('disconnect', () => process.exit())
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
}
