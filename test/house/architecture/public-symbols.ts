import path from 'node:path'
import ts from 'typescript'
import {type Sources} from './source.ts'

export interface PublicSymbol {
  readonly file: string
  readonly name: string
  readonly isDocumented: boolean
}

/** What an entry of a package exports, with the file that declares it: names, and everything of `export *`. */
export function publicSymbols(entry: string, sources: Sources): PublicSymbol[] {
  const tree = parse(entry, sources)
  return tree.statements.flatMap((statement) => {
    if (!ts.isExportDeclaration(statement)) return declared(statement, tree, entry)
    const {exportClause, moduleSpecifier} = statement
    if (!moduleSpecifier || !ts.isStringLiteral(moduleSpecifier)) return []
    const from = publicSymbols(path.posix.join(path.posix.dirname(entry), moduleSpecifier.text), sources)
    if (!exportClause || !ts.isNamedExports(exportClause)) return from
    const names = new Set(exportClause.elements.map((element) => (element.propertyName ?? element.name).text))
    return from.filter(({name}) => names.has(name))
  })
}

/** The members of an exported interface that no comment explains. */
export function bareMembers(file: string, name: string, sources: Sources): string[] {
  const found = parse(file, sources).statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text === name,
  )
  if (!found) throw new Error(`${file} has no interface ${name}`)
  return found.members.filter((member) => !hasComment(member)).map((member) => member.name?.getText() ?? '?')
}

function parse(file: string, sources: Sources): ts.SourceFile {
  const text = sources.get(file)
  if (text === undefined) throw new Error(`no such file: ${file}`)
  return ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
}

function declared(statement: ts.Statement, tree: ts.SourceFile, file: string): PublicSymbol[] {
  const isExported = ts.canHaveModifiers(statement) && ts.getModifiers(statement)?.some(isExport)
  if (!isExported) return []
  const nodes = ts.isVariableStatement(statement) ? statement.declarationList.declarations : [statement]
  return nodes.map((node) => ({
    file,
    name: 'name' in node ? (node.name as ts.Node).getText(tree) : '?',
    isDocumented: hasComment(statement),
  }))
}

function isExport({kind}: ts.ModifierLike): boolean {
  return kind === ts.SyntaxKind.ExportKeyword
}

function hasComment(node: ts.Node): boolean {
  return ts.getJSDocCommentsAndTags(node).length > 0
}
