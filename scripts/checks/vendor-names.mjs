import fs from 'node:fs'
import path from 'node:path'
import ts from 'typescript'
import { filesBelow } from '../lib/repository.mjs'
import { isTest, vendorNeutral, vendorWords } from '../package-imports.mjs'

/**
 * Packages that serve every store name none, in identifiers, imports and file names. Prose and comments
 * may. @type {import('../lib/check.mjs').Check}
 */
export const vendorNames = {
  name: 'vendor names',
  async run(root) {
    return vendorNeutral
      .flatMap((name) => filesBelow(root, `packages/${name}/src`))
      .filter((file) => file.endsWith('.ts') && !isTest(file))
      .flatMap((file) => namesIn(root, file))
  },
}

/**
 * @param {string} root
 * @param {string} file
 */
function namesIn(root, file) {
  const text = fs.readFileSync(path.join(root, file), 'utf8')
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ESNext, true)
  /** @type {string[]} */
  const problems = namesVendor(path.basename(file)) ? [`${file}: the file name names a vendor`] : []

  const visit = (/** @type {ts.Node} */ node) => {
    const isName = ts.isIdentifier(node) || ts.isPrivateIdentifier(node)
    const isImport = ts.isStringLiteral(node) && isSpecifier(node)
    const isKey =
      ts.isStringLiteral(node) &&
      ts.isPropertyName(node) &&
      'name' in node.parent &&
      node.parent.name === node
    if ((isName || isImport || isKey) && namesVendor(node.text)) {
      const { line } = source.getLineAndCharacterOfPosition(node.getStart())
      problems.push(`${file}:${line + 1}: ${node.text} names a vendor; this package works with all of them`)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return problems
}

/** @param {ts.StringLiteral} node */
function isSpecifier({ parent }) {
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    (ts.isCallExpression(parent) && parent.expression.kind === ts.SyntaxKind.ImportKeyword)
  )
}

/** @param {string} text */
function namesVendor(text) {
  const words = text.replaceAll(/([a-z0-9])([A-Z])/g, '$1 $2').split(/[^A-Za-z0-9]+/)
  return words.some((word) => vendorWords.test(word.toLowerCase()))
}
