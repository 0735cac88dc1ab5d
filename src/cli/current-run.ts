import type {CommandLine} from './command-line.ts'
import type {TypedCommand} from './explain-usage.ts'

/**
 * What several rooms know of the run that this process is. oclif calls commands and hooks with nothing of ours in hand, so it
 * lives in a module: here, but for the policy of the machine (`policy/current.ts`).
 */
interface CurrentRun {
  /** As `main` has read it. */
  line: CommandLine
  /** What this run came by that must be shown nowhere: the secret of a host service, say. */
  secrets: Readonly<Record<string, string>>
  /** The profile that flags named, once the command is known. */
  profile?: string | undefined
  /** The command that the line names, as the manifest of its plugin has it. */
  command?: TypedCommand | undefined
  /** Tells each request on stderr from now on. */
  showRequests: () => void
  /** Plugins that were kept out on purpose, by name: a line each, for those who ask later. */
  leftOut: ReadonlyMap<string, string>
  /** Plugins that could not be loaded, or not whole: what is wrong with each. */
  broken: ReadonlyMap<string, readonly string[]>
}

export const currentRun: CurrentRun = {
  line: {words: [], help: false, mode: 'human'},
  secrets: {},
  showRequests: () => undefined,
  leftOut: new Map(),
  broken: new Map(),
}
