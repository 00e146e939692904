import type { RunFolder } from '../run-folder.js'
import type { PaymentServerMessage } from './messages.js'
import { killProgram, spawnProgram } from './spawn-program.js'

export interface PaymentServerProcess {
  readonly url: string
  /** Aborts when the process ends without having been told to. */
  readonly lost: AbortSignal
  stop(): Promise<void>
}

export interface PaymentServerSettings {
  readonly folder: RunFolder
  readonly seed: number
  readonly onCharged?: (count: number) => void
}

/** Starts the payment server as a process of its own, and waits until it listens. */
export async function startPaymentServer(settings: PaymentServerSettings): Promise<PaymentServerProcess> {
  const { folder, seed, onCharged } = settings
  const child = spawnProgram('payment-server', [folder.ledger, String(seed)])
  const lost = new AbortController()
  const reportLoss = (): void => lost.abort(new Error('the payment server has ended by itself'))
  child.on('exit', reportLoss)

  const url = await new Promise<string>((resolve, reject) => {
    lost.signal.addEventListener('abort', () => reject(lost.signal.reason))
    child.on('message', (message: PaymentServerMessage) => {
      if (message.kind === 'listening') resolve(message.url)
      else onCharged?.(message.count)
    })
  })
  return {
    url,
    lost: lost.signal,
    stop: () => {
      child.off('exit', reportLoss)
      return killProgram(child)
    },
  }
}
