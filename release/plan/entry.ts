import {Refusal} from './refusal.ts'

/** One file of an archive: what it holds, or the file that does. Folders follow from the paths. */
export interface Entry {
  readonly path: string
  readonly source: {readonly file: string} | {readonly text: string}
  readonly executable: boolean
}

const MODES = {folder: 0o755, program: 0o755, file: 0o644} as const

export interface Member {
  readonly path: string
  readonly mode: number
  readonly entry?: Entry
}

/**
 * Everything that an archive lists, folders first, in an order that depends on the names alone.
 * @throws Refusal where two entries have one path: readers differ in which of them they take
 */
export function membersOf(entries: readonly Entry[]): Member[] {
  const folders = new Set<string>()
  const paths = new Set<string>()
  for (const {path} of entries) {
    if (paths.has(path)) throw new Refusal(`${path} would be in the archive twice.`)
    paths.add(path)
    for (let at = path.indexOf('/'); at !== -1; at = path.indexOf('/', at + 1)) folders.add(path.slice(0, at + 1))
  }

  const members: Member[] = [
    ...[...folders].map((path) => ({path, mode: MODES.folder})),
    ...entries.map((entry) => ({path: entry.path, mode: entry.executable ? MODES.program : MODES.file, entry})),
  ]
  return members.toSorted((one, other) => (one.path < other.path ? -1 : 1))
}
