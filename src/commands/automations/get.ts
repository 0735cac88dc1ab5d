import {Flags} from '@oclif/core'
import {SupersetCommand} from '../../cli/command.ts'
import {automationArg} from '../../forms/automation.ts'
import {openWebPage} from '../../forms/web-page.ts'
import {type Details, detailsText, named, timed} from '../../output/details.ts'
import {Automation, getAutomation} from '../../service/automations.ts'
import {hostNames} from '../../service/hosts.ts'

export default class AutomationsGet extends SupersetCommand {
  static override aliases = ['auto:get']
  static override summary = 'Show an automation.'
  static override description = 'Its prompt is shown by `superset automations prompt get`.'
  static override output = () => Automation
  static override examples = ['<%= config.bin %> <%= command.id %> nightly-audit']
  static override args = automationArg
  static override flags = {
    web: Flags.boolean({char: 'w', summary: 'Open it in the browser.', exclusive: ['json', 'quiet']}),
  }

  async run(): Promise<Automation> {
    const {args, flags} = await this.parse(AutomationsGet)
    const api = await this.api()
    const automation = await getAutomation(api, args.automation)
    if (flags.web && this.mode() === 'human') {
      await openWebPage(this.config, 'automations', automation.id)
      return automation
    }

    await this.show({
      human: async () => detailsText(detailsOf(automation, process.stdout.isTTY ? await hostNames(api) : new Map())),
      ids: () => [automation.id],
    })
    return automation
  }
}

function detailsOf(automation: Automation, hosts: ReadonlyMap<string, string>): Details {
  const now = Date.now()
  const {timezone} = automation
  return {
    title: automation.name,
    lines: [
      ['Schedule', [automation.scheduleText, timezone && `(${timezone})`].filter(Boolean).join(' ')],
      ['Rule', automation.rrule],
      ['Enabled', automation.enabled],
      ['Next run', automation.enabled === false ? undefined : timed(automation.nextRunAt, now)],
      ['Agent', automation.agent],
      ['Host', named(hosts.get(automation.targetHostId ?? ''), automation.targetHostId)],
      ['Project', automation.v2ProjectId],
      ['Workspace', automation.v2WorkspaceId],
      ['Created', timed(automation.createdAt, now)],
      ['Updated', timed(automation.updatedAt, now)],
      ['Id', automation.id],
    ],
  }
}
