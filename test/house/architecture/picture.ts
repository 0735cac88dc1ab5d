import {areaOf} from './rules.ts'
import {PACKAGES, roomOf, ROOMS} from './rooms.ts'
import {parseSources, type Sources} from './source.ts'

export const BEGIN = '<!-- drawn by `npm run house -- --write` -->'
export const END = '<!-- end of the drawing -->'

/** What a room imports: rooms of its package, and packages of this repository. */
export interface Room {
  readonly name: string
  readonly imports: readonly string[]
}

/** The rooms that there are, in the order of the list, with what the code in them imports, types included. */
export function roomsOf(sources: Sources): Room[] {
  const imports = new Map<string, Set<string>>()
  for (const {file, imports: found} of parseSources(sources)) {
    if (file.startsWith('examples/')) continue
    const room = roomOf(areaOf(file))
    const targets = imports.get(room) ?? new Set()
    imports.set(room, targets)
    for (const {specifier, target} of found) {
      const to = target === undefined ? workspaceOf(specifier) : roomOf(areaOf(target))
      if (to !== undefined && to !== room) targets.add(to)
    }
  }

  const order = [...Object.keys(ROOMS)]
  const rank = (name: string) => (order.includes(name) ? order.indexOf(name) : order.length)
  return [...imports]
    .map(([name, targets]) => ({
      name,
      imports: [...targets].toSorted((a, b) => rank(a) - rank(b) || a.localeCompare(b)),
    }))
    .toSorted((a, b) => rank(a.name) - rank(b.name) || a.name.localeCompare(b.name))
}

function isOutside(to: string): boolean {
  return to.startsWith('@')
}

function workspaceOf(specifier: string): string | undefined {
  return specifier.startsWith('@superset/') ? specifier : undefined
}

/** The picture of CONTRIBUTING.md: a line for each package and each room, with an arrow to what it imports of its kind. */
export function draw(rooms: readonly Room[]): string {
  const blocks = Object.entries(PACKAGES).map(([folder, title]) => {
    const src = folder.startsWith('packages/') ? `${folder}/src` : folder
    const own = rooms.filter(({name}) => name === src || name.startsWith(`${src}/`))
    const outside = new Set(own.flatMap(({imports}) => imports.filter(isOutside)))
    const arrow = outside.size > 0 ? ` → ${[...outside].toSorted().join(', ')}` : ''
    return [`${folder}/`.padEnd(31) + title + arrow, ...own.map((room) => line(room, src))].join('\n')
  })
  return ['```text', blocks.join('\n\n'), '```'].join('\n')
}

function line({name, imports}: Room, src: string): string {
  const depth = name === src ? 0 : name.slice(src.length + 1).split('/').length - 1
  const last = name === src ? '*.ts' : (name.split('/').at(-1) ?? '')
  const label = last.endsWith('.ts') ? last : `${last}/`
  const shorter = (to: string) => (to.startsWith(`${src}/`) ? to.slice(src.length + 1) : to === src ? '*.ts' : to)
  const inside = imports.filter((to) => !isOutside(to))
  const arrow = inside.length > 0 ? ` → ${inside.map(shorter).join(', ')}` : ''
  return `  ${'  '.repeat(depth)}${label}`.padEnd(20) + ` ${ROOMS[name] ?? '(no purpose given)'}${arrow}`
}

/** @throws Error where the marks are missing */
export function withPicture(document: string, picture: string): string {
  const [from, to] = [document.indexOf(BEGIN), document.indexOf(END)]
  if (from === -1 || to < from) throw new Error(`CONTRIBUTING.md has lost its marks: ${BEGIN} … ${END}`)
  return `${document.slice(0, from)}${BEGIN}\n${picture}\n${document.slice(to)}`
}
