import ts from 'typescript'
import {findCycles} from '../architecture/cycles.ts'
import {roomOf} from '../architecture/rooms.ts'
import {areaOf} from '../architecture/rules.ts'
import {parseSources, type Sources} from '../architecture/source.ts'

export interface Budgets {
  /** Lines of TypeScript, by package. */
  readonly lines: Readonly<Record<string, number>>
  readonly linesOfFile: number
  readonly linesOfFunction: number
  readonly cycles: number
  readonly unusedExports: number
}

/** Something with a length, in lines. */
export interface Span {
  readonly name: string
  readonly lines: number
}

export interface RoomMeasure {
  readonly room: string
  readonly files: number
  readonly lines: number
  readonly longestFile: Span
  readonly longestFunction: Span
}

export interface Measures {
  readonly rooms: readonly RoomMeasure[]
  readonly cycles: readonly (readonly string[])[]
}

const NONE: Span = {name: '-', lines: 0}

/** Counts what the sources are made of; examples are left out, for others copy them. */
export function measure(sources: Sources): Measures {
  const own = new Map([...sources].filter(([file]) => !file.startsWith('examples/')))
  const files = parseSources(own)
  const rooms = Map.groupBy(files, ({file}) => roomOf(areaOf(file)))
  const graph = new Map(files.map(({file, imports}) => [file, imports.flatMap(({target}) => target ?? [])]))
  return {
    cycles: findCycles(graph),
    rooms: [...rooms].map(([room, inside]) => ({
      room,
      files: inside.length,
      lines: inside.reduce((sum, {lines}) => sum + lines, 0),
      longestFile: longest(inside.map(({file, lines}) => ({name: baseName(file), lines}))),
      longestFunction: longest(inside.flatMap(({file}) => functionsOf(file, own.get(file) ?? ''))),
    })),
  }
}

/** `src`, `release` or `packages/<name>`. */
export function packageOf(room: string): string {
  return room
    .split('/')
    .slice(0, room.startsWith('packages/') ? 2 : 1)
    .join('/')
}

export function longest(spans: readonly Span[]): Span {
  return spans.reduce((most, span) => (span.lines > most.lines ? span : most), NONE)
}

/** Each way in which the measures are beyond their budgets, as one line. */
export function beyond({rooms, cycles}: Measures, budgets: Budgets, unusedExports = 0): string[] {
  const packages = Map.groupBy(rooms, ({room}) => packageOf(room))
  const sizes = [...packages].flatMap(([name, inside]) => {
    const lines = inside.reduce((sum, room) => sum + room.lines, 0)
    const budget = budgets.lines[name]
    if (budget === undefined) return [`${name}: has no budget of lines`]
    return lines > budget ? [`${name}: ${lines} lines, at most ${budget}`] : []
  })
  const spans = rooms.flatMap(({room, longestFile, longestFunction}) => [
    ...over(`${room}: ${longestFile.name}`, longestFile.lines, budgets.linesOfFile),
    ...over(`${room}: ${longestFunction.name}()`, longestFunction.lines, budgets.linesOfFunction),
  ])
  const knots = cycles.length > budgets.cycles ? cycles.map((cycle) => `import cycle: ${cycle.join(' -> ')}`) : []
  const dead =
    unusedExports > budgets.unusedExports
      ? [`${unusedExports} exports that no other file uses, at most ${budgets.unusedExports}`]
      : []
  return [...sizes, ...spans, ...knots, ...dead]
}

function over(name: string, lines: number, budget: number): string[] {
  return lines > budget ? [`${name}: ${lines} lines, at most ${budget}`] : []
}

function baseName(file: string): string {
  return file.split('/').at(-1) ?? file
}

/** Functions and methods that bear a name; what is handed over without one is part of whoever hands it over. */
function functionsOf(file: string, text: string): Span[] {
  const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true)
  const found: Span[] = []
  const lineAt = (position: number) => tree.getLineAndCharacterOfPosition(position).line
  const visit = (node: ts.Node): void => {
    const name = nameOf(node)
    if (name !== undefined) found.push({name, lines: lineAt(node.getEnd()) - lineAt(node.getStart()) + 1})
    ts.forEachChild(node, visit)
  }

  visit(tree)
  return found
}

function nameOf(node: ts.Node): string | undefined {
  if (ts.isConstructorDeclaration(node)) return 'constructor'
  if (ts.isFunctionDeclaration(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node)) return node.name?.getText()
  if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node)) return undefined
  const {parent} = node
  return ts.isVariableDeclaration(parent) || ts.isPropertyDeclaration(parent) ? parent.name.getText() : undefined
}
