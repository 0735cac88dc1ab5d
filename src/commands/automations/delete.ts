import {boolean, object} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
import {yesFlag} from '../../cli/flags.ts'
import {automationArg} from '../../forms/automation.ts'
import {automationIdOf, deleteAutomation, getAutomation} from '../../service/automations.ts'

const Answer = object({ok: boolean()})

export default class AutomationsDelete extends SupersetCommand {
  static override aliases = ['auto:delete']
  static override summary = 'Delete an automation.'
  static override description = 'Asks first on a terminal and needs --yes elsewhere.'
  static override output = () => Answer
  static override examples = ['<%= config.bin %> <%= command.id %> nightly-audit --yes']
  static override args = automationArg
  static override flags = {...yesFlag}

  async run(): Promise<{ok: boolean}> {
    const {args, flags} = await this.parse(AutomationsDelete)
    let wanted = args.automation
    await this.confirm(async () => {
      const {id, name, scheduleText} = await getAutomation(await this.api(), wanted)
      wanted = id
      return `Delete automation ${JSON.stringify(name)}${scheduleText ? ` (${scheduleText})` : ''}?`
    }, flags.yes)
    const api = await this.api()
    const id = await automationIdOf(api, wanted)
    await deleteAutomation(api, id)
    await this.showDone(`Deleted automation ${args.automation}.`, [{id}])
    return {ok: true}
  }
}
