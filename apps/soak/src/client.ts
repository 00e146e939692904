import { createEngine } from '@perdure/engine'
import { ClientLoad } from './clients/client-load.js'
import { complaints } from './processes/complaints.js'
import { obeyCommands } from './processes/obey-commands.js'
import { takePart, tell } from './processes/participant.js'

// The program that starts runs and talks to them, without code for any: node client.js <orders as JSON>

const { orders, by, log, soakStore, store, unplug, deafen } = takePart()
const engine = createEngine({ store, logger: complaints(by) })
const load = new ClientLoad({
  engine,
  log,
  store: soakStore,
  by,
  seed: orders.seed,
  isResting: orders.isResting,
})
tell({ kind: 'up' })

obeyCommands({ load, unplug, deafen, engine, soakStore })
