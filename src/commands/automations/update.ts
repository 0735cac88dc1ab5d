import {Flags} from '@oclif/core'
import {usage} from '../../cli/errors.ts'
import {HostCommand} from '../../cli/host-command.ts'
import {automationArg, automationFlags} from '../../forms/automation.ts'
import {updateAutomation} from '../../service/automation-changes.ts'
import {Automation} from '../../service/automations.ts'

export default class AutomationsUpdate extends HostCommand {
  static override aliases = ['auto:update']
  static override summary = 'Change an automation.'
  static override description =
    'What is not named stays as it is. A project or workspace is one of --host, or of this machine. The prompt is changed by `superset automations prompt set`.'
  static override output = () => Automation
  static override examples = [
    '<%= config.bin %> <%= command.id %> nightly --rrule "FREQ=DAILY;BYHOUR=4" --no-enabled',
    {
      description: 'Each run gets a session of its own again',
      command: '<%= config.bin %> <%= command.id %> nightly --session',
    },
  ]
  static override args = automationArg
  static override flags = {
    ...automationFlags,
    session: Flags.boolean({
      summary: 'Neither project nor workspace any more: each run gets a session of its own.',
      exclusive: ['project', 'workspace'],
    }),
    enabled: Flags.boolean({summary: 'Let it run on its schedule, or not.', allowNo: true}),
  }

  async run(): Promise<Automation | undefined> {
    const {args, flags} = await this.parse(AutomationsUpdate)
    const {agent, dtstart, enabled, host, name, project, rrule, session, timezone, workspace} = flags
    const change = {name, agent, rrule, dtstart, timezone, session, enabled}
    const place = {host, project, workspace}
    if ([...Object.values(change), ...Object.values(place)].every((value) => value === undefined))
      throw usage('Nothing to change: name what is to be set.', ['Run `superset automations update --help`.'])
    const automation = await updateAutomation(await this.surroundings(), args.automation, {...change, place})
    return this.showDone(`Updated automation ${JSON.stringify(automation.name)}.`, [automation])
  }
}
