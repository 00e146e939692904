import fs from 'node:fs'
import path from 'node:path'

/** The environment for every tool that this repository runs. @type {NodeJS.ProcessEnv} */
export const environment = {
  ...process.env,
  TURBO_TELEMETRY_DISABLED: '1',
  DO_NOT_TRACK: '1',
  npm_config_update_notifier: 'false',
  ...nodeHeaders(),
}

/** Where Node's headers lie beside Node itself, native addons are compiled against them: no download. */
function nodeHeaders() {
  const prefix = path.resolve(process.execPath, '../..')
  const found = fs.existsSync(path.join(prefix, 'include/node/node_api.h'))
  return found && process.env['npm_config_nodedir'] === undefined ? { npm_config_nodedir: prefix } : {}
}
