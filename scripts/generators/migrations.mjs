import fs from 'node:fs'
import path from 'node:path'
import { workspaceFolders } from '../lib/repository.mjs'

/**
 * Embeds `src/migrations/0001-first.sql`, ... into the package, so that it needs no files at run time.
 * @type {import('../lib/drift.mjs').Generator}
 */
export const migrations = {
  name: 'migrations',
  files(root) {
    const packages = workspaceFolders(root, ['packages']).filter((folder) =>
      fs.existsSync(path.join(root, folder, 'src/migrations')),
    )
    return new Map(packages.map((folder) => [`${folder}/src/migrations.generated.ts`, embed(root, folder)]))
  },
}

/**
 * @param {string} root
 * @param {string} folder
 */
function embed(root, folder) {
  const directory = path.join(root, folder, 'src/migrations')
  const entries = fs
    .readdirSync(directory)
    .filter((file) => file.endsWith('.sql'))
    .sort()
    .map((file, index) => {
      const [, digits = '', name = ''] = /^(\d+)[-_](.+)\.sql$/.exec(file) ?? []
      if (Number(digits) !== index + 1)
        throw new Error(`${folder}/src/migrations/${file}: number ${index + 1} is due`)
      const sql = fs.readFileSync(path.join(directory, file), 'utf8')
      return `  {\n    number: ${index + 1},\n    name: '${name}',\n    sql: ${templateLiteral(sql)},\n  },\n`
    })
  return `${header}[\n${entries.join('')}]\n`
}

const header = `// Generated from migrations/*.sql by \`npm run generate\`. Do not edit.

export const migrations: readonly {
  readonly number: number
  readonly name: string
  readonly sql: string
}[] = `

/** @param {string} text */
function templateLiteral(text) {
  return `\`${text.replaceAll(/[\\`]|\$\{/g, '\\$&')}\``
}
