/*
 * node scripts/type-check.mjs <checkout>: like `tsc -p` in every folder with a tsconfig.json, but folders
 * with the same options share one program, so that what they import is read and checked once.
 */
import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { workspaceFolders } from './lib/repository.mjs'

const root = process.argv[2] ?? '.'

/** @type {Map<string, ts.ParsedCommandLine>} */
const programs = new Map()

for (const folder of [...workspaceFolders(root), 'scripts']) {
  const file = path.join(root, folder, 'tsconfig.json')
  if (!fs.existsSync(file)) continue
  const parsed = ts.parseJsonConfigFileContent(
    ts.readConfigFile(file, ts.sys.readFile).config,
    ts.sys,
    path.dirname(file),
  )
  const key = JSON.stringify(parsed.options)
  const same = programs.get(key)
  programs.set(
    key,
    same === undefined ? parsed : { ...same, fileNames: [...same.fileNames, ...parsed.fileNames] },
  )
}

const diagnostics = [...programs.values()].flatMap(({ fileNames, options, errors }) => [
  ...errors,
  ...ts.getPreEmitDiagnostics(ts.createProgram(fileNames, options)),
])
const host = {
  getCanonicalFileName: (/** @type {string} */ file) => file,
  getCurrentDirectory: () => root,
  getNewLine: () => '\n',
}
process.stdout.write(ts.formatDiagnostics(ts.sortAndDeduplicateDiagnostics(diagnostics), host))
process.exitCode = diagnostics.length > 0 ? 1 : 0
