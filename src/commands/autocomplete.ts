import {Args, Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import {SupersetCommand} from '../cli/command.ts'
import {type CompletionAdvice, CompletionShape} from '../own-shapes.ts'
import {SCRIPTS, SHELLS} from '../completion/scripts.ts'

export default class Autocomplete extends SupersetCommand {
  static override output = () => CompletionShape
  static override summary = 'Say how to complete commands and flags with TAB.'
  static override description = 'Commands of plugins are completed as soon as they are installed.'
  static override examples = ['<%= config.bin %> <%= command.id %> zsh']
  static override baseFlags = {}
  static override identity: Need = 'none'
  static override args = {
    shell: Args.string({description: 'Your shell; without it, what SHELL names.', options: [...SHELLS]}),
  }
  static override flags = {
    'refresh-cache': Flags.boolean({char: 'r', hidden: true, summary: 'There is no cache to refresh any more.'}),
  }

  async run(): Promise<CompletionAdvice> {
    const {args} = await this.parse(Autocomplete)
    const shell = SHELLS.find((one) => one === (args.shell ?? this.config.shell)) ?? 'bash'
    const {place, remark} = SCRIPTS[shell]
    const command = `superset autocomplete script ${shell} > ${place}`
    const folder = /^"?(.*)\/[^/]*$/.exec(place)?.[1] ?? ''
    const make = shell === 'zsh' ? [] : [`mkdir -p ${place.startsWith('"') ? `"${folder}"` : folder}`]
    await this.show({
      human: () =>
        [
          `Completion for ${shell}: run this once, and open a new terminal.`,
          '',
          ...[...make, command].map((line) => `  ${line}`),
          ...(remark ? ['', remark] : []),
        ].join('\n'),
      ids: () => [command],
    })
    return {shell, command}
  }
}
