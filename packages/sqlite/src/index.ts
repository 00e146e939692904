export type { SqliteDatabase, SqliteStatement } from './database.js'
export type { SqliteLocation, SqliteOptions, SqliteSettings } from './options.js'
export { sqlite } from './sqlite-store.js'
