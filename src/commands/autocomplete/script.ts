import {Args} from '@oclif/core'
import {type Need, writeText} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {SCRIPTS, SHELLS, type Shell} from '../../completion/scripts.ts'

export default class AutocompleteScript extends SupersetCommand {
  static override summary = 'Print the completion script of a shell.'
  static override examples = ['source <(<%= config.bin %> <%= command.id %> bash)']
  static override baseFlags = {}
  static override enableJsonFlag = false
  static override identity: Need = 'none'
  static override args = {shell: Args.string({description: 'Your shell.', options: [...SHELLS], required: true})}

  async run(): Promise<void> {
    const {args} = await this.parse(AutocompleteScript)
    writeText(process.stdout, SCRIPTS[args.shell as Shell].text.trimEnd())
  }
}
