/** Binds the life of this process to its parent's; what Ctrl-C means is for the parent alone to say. */
export function liveWithParent(): void {
  // The parent may have ended while this process was loading, before anybody listened.
  if (!process.connected) process.exit()
  process.on('disconnect', () => process.exit())
  process.on('SIGINT', () => {})
  process.on('SIGHUP', () => {})
}
