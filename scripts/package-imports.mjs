/*
 * Who may import whom. This table is the truth: the check `boundaries` holds the sources and the
 * package.json files against it. A new package needs a line here.
 *
 *   runtime      packages that its sources may import
 *   development  packages that its tests may import besides
 *   driver       the one library that is imported in exactly one file, never mind the tests
 *   builtins     if given, the only built-in modules of Node.js that its sources may import
 */

/**
 * @typedef {object} PackageRow
 * @property {readonly string[]} runtime
 * @property {readonly string[]} development
 * @property {string} [driver]
 * @property {readonly string[]} [builtins]
 */

/** @type {Record<string, PackageRow>} */
export const packageImports = {
  core: { runtime: [], development: [], builtins: ['async_hooks', 'crypto', 'util', 'util/types'] },
  engine: { runtime: ['core'], development: ['memory'] },
  memory: { runtime: ['core'], development: [] },
  sqlite: { runtime: ['core'], development: ['conformance', 'engine'], driver: 'better-sqlite3' },
  conformance: { runtime: ['core', 'engine', 'memory'], development: [] },
}

/** Folders that must be usable without a test runner. */
export const withoutTestRunner = ['packages/conformance/src/faults']

/** Packages that work with every store, and therefore name none: not in an identifier, not in an import. */
export const vendorNeutral = ['core', 'engine']

/** Matched against the words of an identifier: `redisUrl` is caught, `draws` is not. */
export const vendorWords = /^(pg|postgres\w*|sqlite\w*|mysql|redis|ioredis|valkey|dynamo\w*|lambda|aws)$/

/** What counts as a test: may use development edges, and is not published. */
export const testFiles = ['\\.test\\.ts$', '/test/']

/** @param {string} file */
export const isTest = (file) => testFiles.some((pattern) => new RegExp(pattern).test(file))
