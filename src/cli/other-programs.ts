/**
 * Commands of the previous client that are those of other programs: the host service's own and the desktop app's. Whoever
 * types one here is told so, and what to use.
 */
export interface OtherProgram {
  /** Words that the command begins with. */
  readonly words: string
  /** Whose it is, as a sentence says it. */
  readonly owner: string
  readonly instead: string
}

const DESKTOP = 'the Superset desktop app'

export const OTHER_PROGRAMS: readonly OtherProgram[] = [
  {
    words: 'start',
    owner: 'the host service',
    instead: `Start it with ${DESKTOP}; \`superset status\` shows whether it runs.`,
  },
  {
    words: 'stop',
    owner: 'the host service',
    instead: `Stop it with ${DESKTOP}; \`superset status\` shows whether it runs.`,
  },
  {
    words: 'browser',
    owner: DESKTOP,
    instead: 'Use the browser panes of the app; `superset workspaces open <workspace>` brings it up.',
  },
  {words: 'settings', owner: DESKTOP, instead: 'Change them in the settings of the app.'},
]

/** @param id words with colons, as oclif has them */
export function otherProgramOf(id: string): OtherProgram | undefined {
  const words = id.split(':')
  return OTHER_PROGRAMS.find((one) => one.words === words[0])
}
