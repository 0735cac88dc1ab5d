import {globSync, readFileSync} from 'node:fs'
import path from 'node:path'
import ts from 'typescript'

/** Repository-relative paths with forward slashes, and what the files hold. */
export type Sources = ReadonlyMap<string, string>

export interface Import {
  readonly specifier: string
  readonly typeOnly: boolean
  readonly line: number
  /** The file that a relative specifier means; absent for packages and Node's own modules. */
  readonly target?: string
}

export interface SourceFile {
  readonly file: string
  readonly lines: number
  readonly imports: readonly Import[]
  /** Lines on which the environment is read. */
  readonly environmentReads: readonly number[]
}

export function readSources(root: string): Sources {
  const files = globSync(['release/**/*.ts', 'src/**/*.ts', 'packages/*/src/**/*.ts', 'examples/*/src/**/*.{js,ts}'], {
    cwd: root,
  }).toSorted()
  return new Map(files.map((file) => [file.replaceAll(path.sep, '/'), readFileSync(path.join(root, file), 'utf8')]))
}

export function parseSources(sources: Sources): SourceFile[] {
  return [...sources].map(([file, text]) => parseSource(file, text))
}

function parseSource(file: string, text: string): SourceFile {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const imports: Import[] = []
  const environmentReads: number[] = []
  const lineOf = (node: ts.Node) => tree.getLineAndCharacterOfPosition(node.getStart()).line + 1
  const visit = (node: ts.Node): void => {
    const found = importOf(node)
    if (found) imports.push({...found, ...targetOf(file, found.specifier), line: lineOf(node)})
    if (readsEnvironment(node)) environmentReads.push(lineOf(node))
    ts.forEachChild(node, visit)
  }

  visit(tree)
  return {file, lines: text.trimEnd().split('\n').length, imports, environmentReads}
}

function targetOf(file: string, specifier: string): {target?: string} {
  return specifier.startsWith('.') ? {target: path.posix.join(path.posix.dirname(file), specifier)} : {}
}

/** Static and dynamic imports, re-exports, import types, `require` and `import.meta.resolve` of a literal. */
function importOf(node: ts.Node): {specifier: string; typeOnly: boolean} | undefined {
  if (ts.isImportDeclaration(node)) return literal(node.moduleSpecifier, isTypeOnlyImport(node))
  if (ts.isExportDeclaration(node)) return literal(node.moduleSpecifier, node.isTypeOnly)
  if (ts.isImportTypeNode(node)) {
    return ts.isLiteralTypeNode(node.argument) ? literal(node.argument.literal, true) : undefined
  }

  if (!ts.isCallExpression(node)) return undefined
  const callee = node.expression.getText()
  const loads = node.expression.kind === ts.SyntaxKind.ImportKeyword || /^(require|import\.meta\.resolve)$/.test(callee)
  return loads ? literal(node.arguments[0], false) : undefined
}

function isTypeOnlyImport({importClause}: ts.ImportDeclaration): boolean {
  if (!importClause) return false
  if (importClause.phaseModifier === ts.SyntaxKind.TypeKeyword) return true
  const bindings = importClause.namedBindings
  if (importClause.name || !bindings || !ts.isNamedImports(bindings)) return false
  return bindings.elements.length > 0 && bindings.elements.every((element) => element.isTypeOnly)
}

function literal(node: ts.Node | undefined, typeOnly: boolean): {specifier: string; typeOnly: boolean} | undefined {
  return node && ts.isStringLiteralLike(node) ? {specifier: node.text, typeOnly} : undefined
}

/** `process.env`, `const {env} = process` and `import {env} from 'node:process'`. */
function readsEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) {
    return node.name.text === 'env' && /^(globalThis\.)?process$/.test(node.expression.getText())
  }

  if (ts.isElementAccessExpression(node)) return /^process\[['"]env['"]\]$/.test(node.getText())
  if (ts.isVariableDeclaration(node) && ts.isObjectBindingPattern(node.name)) {
    return node.initializer?.getText() === 'process' && node.name.elements.some((element) => nameOf(element) === 'env')
  }

  if (!ts.isImportSpecifier(node) || nameOf(node) !== 'env') return false
  return /^(node:)?process$/.test(literal(node.parent.parent.parent.moduleSpecifier, false)?.specifier ?? '')
}

function nameOf(node: ts.BindingElement | ts.ImportSpecifier): string {
  return (node.propertyName ?? node.name).getText()
}
