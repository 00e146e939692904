/** Of `process.versions`. */
export interface NodeVersions {
  readonly node: string
  readonly napi?: string | undefined
}

/** better-sqlite3 needs it from version 13 on, and crashes the process where it is missing. */
const neededNodeApi = 10

/** What to install: version 13 comes compiled; version 12 is the last line for a Node.js that has not what 13 needs. */
export function fittingDriver(versions: NodeVersions): string {
  return hasNodeApi(versions) ? 'better-sqlite3@^13' : 'better-sqlite3@^12.11.1'
}

/** Why this version of better-sqlite3 would crash a process of this Node.js; undefined if it would not. */
export function crashReason(driver: string, versions: NodeVersions): string | undefined {
  const isNewLine = major(driver) >= 13
  if (isNewLine && !hasNodeApi(versions)) {
    const has = versions.napi ?? 'none'
    return `better-sqlite3 ${driver} needs Node-API ${neededNodeApi} and Node.js v${versions.node} has ${has}`
  }
  if (!isNewLine && abortsOldLine(versions)) {
    return `better-sqlite3 ${driver} makes Node.js v${versions.node} abort when it collects a statement`
  }
  return undefined
}

function hasNodeApi({ napi }: NodeVersions): boolean {
  return Number(napi) >= neededNodeApi
}

/** Seen with 12.11.1 on 24.19 to 24.21, whose headers it was compiled with; not on 24.9, 24.18 and 26.10. */
function abortsOldLine({ node }: NodeVersions): boolean {
  const [line = 0, minor = 0] = node.split('.').map(Number)
  return line === 24 && minor >= 19
}

function major(version: string): number {
  return Number.parseInt(version, 10)
}
