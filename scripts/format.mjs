/** Formats, sorts imports and applies the safe fixes of the linter. */
import { nodeTool } from './lib/node-tool.mjs'
import { runProgram } from './lib/process.mjs'

await runProgram(process.execPath, [
  nodeTool('@biomejs/biome', 'biome'),
  'check',
  '--write',
  ...process.argv.slice(2),
])
