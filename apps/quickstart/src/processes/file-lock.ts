import Database from 'better-sqlite3'

export interface FileLock {
  release(): void
}

/**
 * Takes a lock that the operating system frees when this process ends, however it ends. Answers undefined
 * if another process still has it after `waitMs`.
 */
export function takeFileLock(file: string, waitMs: number): FileLock | undefined {
  const database = new Database(file, { timeout: waitMs })
  try {
    // Nothing is ever written, so there is nothing to keep a journal of.
    database.pragma('journal_mode = memory')
    database.exec('begin exclusive')
    return { release: () => database.close() }
  } catch (error) {
    database.close()
    if (error instanceof Database.SqliteError && error.code === 'SQLITE_BUSY') return undefined
    throw error
  }
}
