import { createEngine } from '@perdure/engine'
import { ClientLoad } from './clients/client-load.js'
import { complaints } from './processes/complaints.js'
import { obeyCommands } from './processes/obey-commands.js'
import { takePart, tell } from './processes/participant.js'
import { workerSettings } from './settings.js'
import { soakWorkflows } from './workflows/soak-workflows.js'

// The program that is killed, frozen and poisoned: node worker.js <orders as JSON>
// It may be a client as well, by a second engine over the same store object.

const { orders, by, log, soakStore, store, unplug, deafen } = takePart()
const engine = createEngine({ store, workflows: soakWorkflows(log), logger: complaints(by) })
const worker = engine.createWorker(workerSettings(orders.without))

await worker.start()
tell({ kind: 'up' })
const load = orders.isClientToo
  ? new ClientLoad({
      engine: createEngine({ store }),
      log,
      store: soakStore,
      by,
      seed: orders.seed,
      isResting: orders.isResting,
    })
  : undefined
obeyCommands({ load, unplug, deafen, engine, soakStore })
