import { writeFileSync } from 'node:fs'
import { shippedOrdersFile } from '../src/shipped-files.js'
import { generateOrders } from './generate-orders.js'

writeFileSync(shippedOrdersFile, generateOrders())
