import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { findExamples } from '../lib/examples.mjs'
import { collect } from '../lib/process.mjs'
import { filesBelow, sourceEntries, workspaceFolders } from '../lib/repository.mjs'
import { temporaryFolder } from '../lib/temporary-folder.mjs'

/** @typedef {import('../lib/examples.mjs').Example} Example */

/**
 * The examples in the documentation compile, those marked `run` run, and an `@example` has code in it.
 * @type {import('../lib/check.mjs').Check}
 */
export const examples = {
  name: 'examples',
  needsBuild: true,
  async run(root) {
    const found = findExamples(root)
    const unexcused = found
      .filter(({ checked, excused }) => !checked && !excused)
      .map(
        ({ file, line }) => `${file}:${line}: a no-check block needs a comment <!-- why --> right below it`,
      )
    const problems = [...unfenced(root), ...unexcused, ...compile(root, found)]
    if (problems.length > 0) return problems
    return runAll(root, found)
  },
}

/** @param {string} root */
function unfenced(root) {
  return filesBelow(root, 'packages')
    .filter((file) => /\/src\/.*\.ts$/.test(file))
    .flatMap((file) => {
      const lines = fs.readFileSync(path.join(root, file), 'utf8').split('\n')
      return lines.flatMap((line, index) =>
        /^\s*\* @example/.test(line) && !/^\s*\* ```ts/.test(lines[index + 1] ?? '')
          ? [`${file}:${index + 1}: put the example into a \`\`\`ts block that begins on the next line`]
          : [],
      )
    })
}

/**
 * One program over all examples, each a module of its own that lies beside the file it comes from.
 * @param {string} root
 * @param {readonly Example[]} found
 */
function compile(root, found) {
  const modules = new Map(
    found
      .filter(({ checked }) => checked)
      .map((example) => [path.join(root, `${example.file}.${example.line}.ts`), example]),
  )
  if (modules.size === 0) return []
  const options = compilerOptions(root)
  const host = ts.createCompilerHost(options)
  const onDisk = { fileExists: host.fileExists, getSourceFile: host.getSourceFile }
  host.fileExists = (file) => modules.has(file) || onDisk.fileExists(file)
  host.getSourceFile = (file, ...rest) => {
    const example = modules.get(file)
    if (example === undefined) return onDisk.getSourceFile(file, ...rest)
    const language =
      typeof rest[0] === 'object'
        ? { ...rest[0], impliedNodeFormat: /** @type {const} */ (ts.ModuleKind.ESNext) }
        : rest[0]
    return ts.createSourceFile(file, `${example.code}\nexport {}\n`, language)
  }

  const program = ts.createProgram([...modules.keys()], options, host)
  return [...modules].flatMap(([file, example]) => {
    const source = program.getSourceFile(file)
    return [...program.getSyntacticDiagnostics(source), ...program.getSemanticDiagnostics(source)].map(
      (diagnostic) => describe(example, diagnostic),
    )
  })
}

/**
 * As strict as a careful user; our packages are resolved to their sources, others where an app has them.
 * @param {string} root
 * @returns {ts.CompilerOptions}
 */
function compilerOptions(root) {
  const ours = workspaceFolders(root, ['packages']).flatMap((folder) =>
    sourceEntries(root, folder).map(({ specifier, file }) => [specifier, [path.join(root, file)]]),
  )
  const installed = [root, ...workspaceFolders(root).map((folder) => path.join(root, folder))]
  const anywhere = installed.flatMap((folder) => [
    `${folder}/node_modules/*`,
    `${folder}/node_modules/@types/*`,
  ])
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.NodeNext,
    moduleResolution: ts.ModuleResolutionKind.NodeNext,
    lib: ['lib.es2022.d.ts', 'lib.esnext.disposable.d.ts'],
    types: ['node'],
    typeRoots: [path.join(root, 'node_modules/@types')],
    customConditions: ['perdure-source'],
    paths: { ...Object.fromEntries(ours), '*': anywhere },
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    noEmit: true,
    skipLibCheck: true,
  }
}

/**
 * @param {Example} example
 * @param {ts.Diagnostic} diagnostic
 */
function describe({ file, line }, { messageText, start, file: source }) {
  const offset = source && start !== undefined ? source.getLineAndCharacterOfPosition(start).line : 0
  return `${file}:${line + offset}: ${ts.flattenDiagnosticMessageText(messageText, '\n')}`
}

/**
 * Runs the programs as a user would: against the built packages, in an empty folder.
 * @param {string} root
 * @param {readonly Example[]} found
 */
async function runAll(root, found) {
  const problems = []
  for (const { file, line, code } of found.filter(({ run }) => run)) {
    const folder = userProject(root)
    fs.writeFileSync(path.join(folder, 'example.mts'), code)
    const result = await collect(process.execPath, ['--import', import.meta.resolve('tsx'), 'example.mts'], {
      cwd: folder,
    })
    if (result.code !== 0)
      problems.push(`${file}:${line}: ended with code ${result.code}:\n${result.output.trim()}`)
  }
  return problems
}

/** @param {string} root */
function userProject(root) {
  const folder = temporaryFolder('perdure-example-')
  for (const app of workspaceFolders(root, ['packages'])) {
    const installed = path.join(root, app, 'node_modules')
    link(folder, `@perdure/${path.basename(app)}`, path.join(root, app))
    if (fs.existsSync(path.join(installed, 'better-sqlite3'))) {
      link(folder, 'better-sqlite3', path.join(installed, 'better-sqlite3'))
    }
  }
  return folder
}

/**
 * @param {string} folder
 * @param {string} name
 * @param {string} target
 */
function link(folder, name, target) {
  const place = path.join(folder, 'node_modules', name)
  if (fs.existsSync(place)) return
  fs.mkdirSync(path.dirname(place), { recursive: true })
  fs.symlinkSync(target, place, 'junction')
}
