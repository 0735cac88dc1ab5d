import {SupersetCommand} from '../../cli/command.ts'
import {automationArg} from '../../forms/automation.ts'
import {timed} from '../../output/details.ts'
import {Automation, enableAutomation} from '../../service/automations.ts'

export default class AutomationsResume extends SupersetCommand {
  static override aliases = ['auto:resume']
  static override summary = 'Let an automation run on its schedule again.'
  static override output = () => Automation
  static override examples = ['<%= config.bin %> <%= command.id %> nightly-audit']
  static override args = automationArg

  async run(): Promise<Automation | undefined> {
    const {args} = await this.parse(AutomationsResume)
    const automation = await enableAutomation(await this.api(), args.automation, true)
    const next = timed(automation.nextRunAt, Date.now())
    const when = next === undefined ? '' : ` Next run ${next}.`
    return this.showDone(`Resumed automation ${JSON.stringify(automation.name)}.${when}`, [automation])
  }
}
