import {SupersetCommand} from '../../cli/command.ts'
import {automationArg} from '../../forms/automation.ts'
import {Automation, enableAutomation} from '../../service/automations.ts'

export default class AutomationsPause extends SupersetCommand {
  static override aliases = ['auto:pause']
  static override summary = 'Let an automation run no more until it is resumed.'
  static override output = () => Automation
  static override examples = ['<%= config.bin %> <%= command.id %> nightly-audit']
  static override args = automationArg

  async run(): Promise<Automation | undefined> {
    const {args} = await this.parse(AutomationsPause)
    const automation = await enableAutomation(await this.api(), args.automation, false)
    return this.showDone(`Paused automation ${JSON.stringify(automation.name)}.`, [automation])
  }
}
