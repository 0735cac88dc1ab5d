import {Flags} from '@oclif/core'
import {array} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
import {listFlags} from '../../cli/flags.ts'
import {AUTOMATIONS} from '../../output/views.ts'
import {Automation, listAutomations} from '../../service/automations.ts'
import {hostNames} from '../../service/hosts.ts'

export default class AutomationsList extends SupersetCommand {
  static override aliases = ['auto:list']
  static override summary = 'List the automations of the organization: agents that run on a schedule.'
  static override output = () => array(Automation)
  static override examples = [
    '<%= config.bin %> <%= command.id %>',
    {description: 'Those whose name has a word', command: '<%= config.bin %> <%= command.id %> --name nightly'},
  ]
  static override flags = {
    ...listFlags,
    name: Flags.string({char: 'n', summary: 'Only whose name has this text.'}),
  }

  async run(): Promise<unknown> {
    const {flags} = await this.parse(AutomationsList)
    const api = await this.api()
    const automations = await listAutomations(api, flags.name)
    if (this.mode() === 'json' || flags.fields) return this.showList(automations, AUTOMATIONS, flags)
    // Names cost a request: they are for who looks at them.
    const isLookedAt = process.stdout.isTTY || flags.output === 'table'
    const names = isLookedAt && automations.length > 0 ? await hostNames(api) : new Map<string, string>()
    const named = automations.map((one) => ({...one, host: names.get(one.targetHostId ?? '') ?? one.targetHostId}))
    return this.showList(named, AUTOMATIONS, flags)
  }
}
