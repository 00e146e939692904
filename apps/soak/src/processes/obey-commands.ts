import type { Engine } from '@perdure/engine'
import type { ClientLoad } from '../clients/client-load.js'
import type { SoakStore } from '../stores/soak-store.js'
import type { Command } from './messages.js'
import { type Participant, tell } from './participant.js'

/** What commands are about. */
export interface Commanded extends Pick<Participant, 'unplug' | 'deafen'> {
  /** Undefined in a worker that is no client. */
  readonly load: ClientLoad | undefined
  readonly engine: Engine
  readonly soakStore: SoakStore
}

export function obeyCommands(commanded: Commanded): void {
  process.on('message', (command: Command) => void obey(command, commanded))
}

async function obey(command: Command, { load, unplug, deafen, engine, soakStore }: Commanded): Promise<void> {
  switch (command.kind) {
    case 'begin':
      return load?.begin(command.runKind)
    case 'unplug':
      return unplug(command.forMs)
    case 'deafen':
      return deafen()
    case 'breakSilence':
      return load?.breakSilence()
    case 'drain':
      await load?.drain()
      return tell({ kind: 'drained' })
    case 'close':
      await load?.close()
      await engine.close()
      soakStore.close()
      process.disconnect()
  }
}
