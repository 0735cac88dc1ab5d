import {Args} from '@oclif/core'
import type {Need} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {listFlags, profileFlags, wholeNumberFlag} from '../../cli/flags.ts'
import {FOUND_PLUGINS} from '../../output/views.ts'
import {FoundPluginsShape} from '../../own-shapes.ts'
import {KEYWORD, searchPlugins} from '../../plugins/search.ts'

const USUAL = 20

export default class PluginsSearch extends SupersetCommand {
  static override output = () => FoundPluginsShape
  static override summary = 'Search the registry for plugins of superset.'
  static override description =
    'In the registry that is in force: SUPERSET_NPM_REGISTRY, or that of your .npmrc. Packages with the keyword superset-plugin are found. What is found was checked by nobody: see who publishes it before you install it.'
  static override examples = [
    '<%= config.bin %> <%= command.id %> jira',
    {description: 'Names alone', command: '<%= config.bin %> <%= command.id %> --quiet'},
  ]
  static override baseFlags = profileFlags
  static override args = {word: Args.string({description: 'What to look for.', multiple: true, ignoreStdin: true})}
  static override flags = {
    ...listFlags,
    limit: wholeNumberFlag('At most this many; 20 unless told otherwise.', {min: 1, max: 250}),
  }
  static override identity: Need = 'none'

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(PluginsSearch)
    const {limit = USUAL, ...shown} = flags
    const words = [args.word ?? []].flat()
    const found = await searchPlugins(words, limit, this.config)
    const noun = ['plugins with the keyword', KEYWORD, ...(words.length > 0 ? ['for', ...words] : [])].join(' ')
    return this.showList(found, {...FOUND_PLUGINS, noun}, shown)
  }
}
