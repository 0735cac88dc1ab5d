import ts from 'typescript'

/** One wrong edit of a source file, such as people make. */
export interface Mutation {
  readonly line: number
  /** What was done, by the text it was done to: it names the mutation for as long as that text stands. */
  readonly edit: string
  /** The whole file. */
  readonly text: string
}

interface Edit {
  readonly node: ts.Node
  readonly kind: string
  readonly changes: readonly Change[]
}

interface Change {
  readonly start: number
  readonly end: number
  readonly text: string
}

/** Words for people, which no run of a command depends on. */
const DOCUMENTATION = new Set(['description', 'examples', 'helpGroup', 'helpValue', 'summary'])
/** What declares a flag or an argument; its plain words are documentation too. */
const DECLARATION = /^(?:Args|Flags)\.|^(?:dateFlag|wholeNumberFlag)$/
const PREDICATE = /\.(?:every|filter|find|some)$/
const LONGEST = 100

export function mutationsOf(name: string, source: string): Mutation[] {
  const file = ts.createSourceFile(name, source, ts.ScriptTarget.Latest, true)
  const edits: Edit[] = []
  visit(file, edits)
  return edits.map(({changes, kind, node}) => ({
    line: file.getLineAndCharacterOfPosition(node.getStart()).line + 1,
    edit: `${kind}: ${named(node).getText().replaceAll(/\s+/g, ' ').slice(0, LONGEST)}`,
    text: apply(source, changes),
  }))
}

/** A value by the property that has it. */
function named(node: ts.Node): ts.Node {
  return ts.isPropertyAssignment(node.parent) && node.parent.initializer === node ? node.parent : node
}

function apply(source: string, changes: readonly Change[]): string {
  return changes
    .toSorted((a, b) => b.start - a.start)
    .reduce((text, {end, start, text: into}) => text.slice(0, start) + into + text.slice(end), source)
}

function visit(node: ts.Node, edits: Edit[]): void {
  // Types are the compiler's to check, imports are its to complain about.
  if (ts.isTypeNode(node) || ts.isImportDeclaration(node) || isDocumentation(node)) return
  edits.push(...editsOf(node))
  ts.forEachChild(node, (child) => visit(child, edits))
}

function editsOf(node: ts.Node): Edit[] {
  if (ts.isObjectLiteralExpression(node)) {
    const properties = node.properties.filter((property) => !isDocumentation(property))
    return [...properties.map((one) => dropped('drop', one, node.properties)), ...swaps(properties)]
  }

  if (ts.isArrayLiteralExpression(node)) return node.elements.map((one) => dropped('drop', one, node.elements))
  if (ts.isIfStatement(node)) return [negated(node.expression)]
  if (ts.isConditionalExpression(node)) return [negated(node.condition)]
  if (ts.isBinaryExpression(node)) return editsOfOperator(node)
  if (ts.isCallExpression(node)) return editsOfCall(node)
  if (ts.isExpressionStatement(node)) return [replaced('drop', node, '')]
  if (ts.isPropertyDeclaration(node) && node.initializer) return [replaced('drop', node, '')]
  if (ts.isNumericLiteral(node)) return [replaced('another number', node, Number(node.text) === 0 ? '1' : '0')]
  if (node.kind === ts.SyntaxKind.TrueKeyword) return [replaced('another literal', node, 'false')]
  if (node.kind === ts.SyntaxKind.FalseKeyword) return [replaced('another literal', node, 'true')]
  return []
}

function editsOfOperator({left, operatorToken, parent, right}: ts.BinaryExpression): Edit[] {
  const {kind} = operatorToken
  const whole = right.parent
  if (kind === ts.SyntaxKind.QuestionQuestionToken || kind === ts.SyntaxKind.BarBarToken)
    return [replaced('only the left', whole, left.getText()), replaced('only the right', whole, right.getText())]
  if (kind !== ts.SyntaxKind.AmpersandAmpersandToken) return []
  // `...(condition && {…})` is a condition of its own.
  return ts.isParenthesizedExpression(parent) && ts.isSpreadAssignment(parent.parent) ? [negated(left)] : []
}

function editsOfCall(call: ts.CallExpression): Edit[] {
  const callee = call.expression.getText()
  if (DECLARATION.test(callee)) return []
  const texts = call.arguments
    .filter((one) => ts.isStringLiteral(one))
    .map((one) => replaced('another text', one, "'other'"))
  const [predicate] = call.arguments
  const isPredicate = PREDICATE.test(callee) && predicate && ts.isArrowFunction(predicate)
  return isPredicate && !ts.isBlock(predicate.body) ? [...texts, negated(predicate.body)] : texts
}

/** Each two neighbours change their values. */
function swaps(properties: readonly ts.ObjectLiteralElementLike[]): Edit[] {
  return properties.flatMap((one, index) => {
    const next = properties[index + 1]
    if (!next || !ts.isPropertyAssignment(one) || !ts.isPropertyAssignment(next)) return []
    const [first, second] = [one.initializer, next.initializer]
    if (withoutWords(first) === withoutWords(second)) return []
    const changes = [change(first, second.getText()), change(second, first.getText())]
    return [{node: one, kind: `swap with ${next.name.getText()}`, changes}]
  })
}

function withoutWords(node: ts.Expression): string {
  const text = node.getText()
  if (!ts.isCallExpression(node) || !DECLARATION.test(calleeOf(node))) return text
  return text.replaceAll(/(?:\w+: )?'[^']*'|[\s,]/g, '')
}

function negated(condition: ts.Expression): Edit {
  return replaced('negate', condition, `!(${condition.getText()})`)
}

function replaced(kind: string, node: ts.Node, text: string): Edit {
  return {node, kind, changes: [change(node, text)]}
}

/** With what stands between it and the next, the comma first of all. */
function dropped(kind: string, node: ts.Node, siblings: ts.NodeArray<ts.Node>): Edit {
  const next = siblings[siblings.indexOf(node) + 1]
  return {node, kind, changes: [{start: node.getStart(), end: next ? next.getStart() : node.end, text: ''}]}
}

function change(node: ts.Node, text: string): Change {
  return {start: node.getStart(), end: node.end, text}
}

function isDocumentation(node: ts.Node): boolean {
  if (ts.isPropertyDeclaration(node)) return DOCUMENTATION.has(node.name.getText())
  if (!ts.isPropertyAssignment(node) || !DOCUMENTATION.has(node.name.getText())) return false
  const call = node.parent.parent
  return ts.isCallExpression(call) && DECLARATION.test(calleeOf(call))
}

/** Of `Flags.option({…})({…})` the first. */
function calleeOf({expression}: ts.CallExpression): string {
  return ts.isCallExpression(expression) ? calleeOf(expression) : expression.getText()
}
