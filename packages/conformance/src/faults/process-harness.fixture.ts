import { createInterface } from 'node:readline'

// Says what it is told, and what time it is; ends in an orderly way when it is asked to.
process.on('SIGTERM', () => {
  console.log('asked to end')
  process.exit(3)
})
createInterface({ input: process.stdin }).on('line', (line) => {
  if (line === 'time')
    console.log(`time ${Date.now()} ${new Date().toISOString()} ${new Date(0).toISOString()}`)
  else if (line === 'fail') throw new Error('told to fail')
  else console.log(`heard ${line}`)
})
console.log(`ready ${process.argv.slice(2).join(' ')} ${process.env['GREETING'] ?? ''}`)
