import {printable} from '@superset/identity'
import {SupersetCommand} from '../../cli/command.ts'
import {automationArg} from '../../forms/automation.ts'
import {runAutomation, StartedRun} from '../../service/automations.ts'

export default class AutomationsRun extends SupersetCommand {
  static override aliases = ['auto:run']
  static override summary = 'Run an automation now, whatever its schedule says.'
  static override output = () => StartedRun
  static override examples = ['<%= config.bin %> <%= command.id %> nightly-audit']
  static override args = automationArg

  async run(): Promise<StartedRun> {
    const {args} = await this.parse(AutomationsRun)
    const started = await runAutomation(await this.api(), args.automation)
    const next = `\`superset automations logs ${started.automationId}\` shows what becomes of it.`
    await this.show({
      human: () => printable(`Started run ${started.runId} of automation ${JSON.stringify(args.automation)}; ${next}`),
      ids: () => [started.runId],
    })
    return started
  }
}
