import { VirtualClock } from '@perdure/conformance'
import { onTestFinished } from 'vitest'
import { temporaryFile } from '../temporary-file.js'

/** A file that is removed after the test, and the clock of all that work on it. */
export function fileInVirtualTime(): { readonly path: string; readonly clock: VirtualClock } {
  const { path, remove } = temporaryFile()
  onTestFinished(remove)
  return { path, clock: new VirtualClock() }
}
