import { Ledger } from './payments/ledger.js'
import { servePayments } from './payments/serve-payments.js'
import { takeFileLock } from './processes/file-lock.js'
import { liveWithParent } from './processes/live-with-parent.js'
import type { PaymentServerMessage } from './processes/messages.js'

// The program of the payment provider: node payment-server.js <ledger file> <seed>

const [ledgerFile = 'payments.ndjson', seed = '0'] = process.argv.slice(2)
liveWithParent()

// The server of a parent that was killed a moment ago may still be on its way out.
if (takeFileLock(`${ledgerFile}.lock`, 5_000) === undefined) {
  throw new Error(`another payment server keeps ${ledgerFile}`)
}
const ledger = new Ledger(ledgerFile)
const tell = (message: PaymentServerMessage): void => {
  process.send?.(message)
}
const { url } = await servePayments({
  ledger,
  seed: Number(seed),
  onCharge: () => tell({ kind: 'charged', count: ledger.chargeCount }),
})
tell({ kind: 'listening', url })
