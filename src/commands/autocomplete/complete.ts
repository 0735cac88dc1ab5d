import {identityOf, isProblem, type Need, writeText} from '@superset/identity'
import {spawn} from 'node:child_process'
import path from 'node:path'
import {SupersetCommand} from '../../cli/command.ts'
import {configuration, homeDir} from '../../cli/home.ts'
import {ValueCache} from '../../completion/cache.ts'
import {complete, profileIn, type Suggestion} from '../../completion/complete.ts'
import {readAliases} from '../../configuration/aliases.ts'
import {listSettings} from '../../configuration/keys.ts'

/** Asked by the shells' scripts at each TAB; everything to be completed stands behind `--`. */
export default class AutocompleteComplete extends SupersetCommand {
  static override summary = 'Print what can stand at the end of a command line.'
  static override hidden = true
  static override strict = false
  static override baseFlags = {}
  static override enableJsonFlag = false
  static override identity: Need = 'none'

  async run(): Promise<void> {
    const words = this.argv.slice(this.argv.indexOf('--') + 1)
    const {commands, topics} = this.config
    const aliases = [...orNone(() => [...readAliases(homeDir())])]
    const own = aliases.map(([id, line]) => ({id, summary: `superset ${line.join(' ')}`}))
    let due: string | undefined
    const fromService = (name: string) => (): readonly Suggestion[] => {
      const cached = orNone(() => [this.cached(words)])[0]
      due = cached?.due ?? due
      return cached?.values[name] ?? []
    }
    const found = complete(words, {
      commands: [...commands, ...own],
      topics,
      values: {
        profile: () => plain(['default', ...configuration().profileNames()]),
        key: () => listSettings().map(({key, meaning}) => ({value: key, description: meaning ?? ''})),
        alias: () => own.map(({id, summary}) => ({value: id, description: summary})),
        plugin: () => plain([...this.config.plugins.values()].flatMap(({name, type}) => (type === 'core' ? [] : name))),
        ...Object.fromEntries(['host', 'organization', 'status', 'task'].map((name) => [name, fromService(name)])),
      },
    })
    if (found.length > 0)
      writeText(process.stdout, found.map(({description, value}) => `${value}\t${description}`).join('\n'))
    if (due !== undefined) this.refresh(due)
  }

  private cached(words: readonly string[]) {
    const identity = identityOf(this.config)
    const profile = profileIn(words)
    const {request} = profile === undefined ? identity : identity.at(profile)
    const cache = new ValueCache(this.config.cacheDir, request)
    const now = Date.now()
    return {values: cache.values(now), due: cache.isDue(now) ? request.profile : undefined}
  }

  /** For the next TAB; this one has its answer already. */
  private refresh(profile: string): void {
    const program = path.join(this.config.root, 'bin/run.js')
    const child = spawn(process.execPath, [program, 'autocomplete', 'refresh', '--profile', profile], {
      cwd: path.parse(program).root,
      detached: true,
      stdio: 'ignore',
    })
    child.on('error', () => undefined)
    child.unref()
  }
}

function plain(values: readonly string[]): readonly Suggestion[] {
  return values.map((value) => ({value, description: ''}))
}

/** What is in the way is told by the commands that need it, and not at a TAB. */
function orNone<T>(list: () => readonly T[]): readonly T[] {
  try {
    return list()
  } catch (error) {
    if (isProblem(error) || (error as NodeJS.ErrnoException).code !== undefined) return []
    throw error
  }
}
