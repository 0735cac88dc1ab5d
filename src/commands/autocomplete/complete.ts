import {type Need, writeText} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {complete} from '../../completion/complete.ts'
import {configuration} from '../../cli/home.ts'

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
    const found = complete(words, {
      commands,
      topics,
      values: {profile: () => ['default', ...configuration().profileNames()]},
    })
    if (found.length > 0)
      writeText(process.stdout, found.map(({description, value}) => `${value}\t${description}`).join('\n'))
  }
}
