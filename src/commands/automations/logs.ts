import {array} from 'valibot'
import {SupersetCommand} from '../../cli/command.ts'
import {listFlags, wholeNumberFlag} from '../../cli/flags.ts'
import {automationArg} from '../../forms/automation.ts'
import {RUNS} from '../../output/views.ts'
import {AutomationRun, listRuns} from '../../service/automations.ts'
import {hostNames} from '../../service/hosts.ts'

/** As many as the service gives where nothing else is asked for. */
const USUAL = 20

export default class AutomationsLogs extends SupersetCommand {
  static override aliases = ['auto:logs']
  static override summary = 'List the runs of an automation, the newest first.'
  static override output = () => array(AutomationRun)
  static override examples = ['<%= config.bin %> <%= command.id %> nightly-audit --limit 5']
  static override args = automationArg
  static override flags = {
    ...listFlags,
    limit: wholeNumberFlag(`At most this many; ${USUAL} unless told otherwise.`, {min: 1, max: 100}),
  }

  async run(): Promise<unknown> {
    const {args, flags} = await this.parse(AutomationsLogs)
    const api = await this.api()
    const runs = await listRuns(api, args.automation, flags.limit ?? USUAL)
    if (this.mode() === 'json' || flags.fields) return this.showList(runs, RUNS, flags)
    const isLookedAt = process.stdout.isTTY || flags.output === 'table'
    const names = isLookedAt && runs.length > 0 ? await hostNames(api) : new Map<string, string>()
    const named = runs.map((run) => ({...run, host: names.get(run.hostId ?? '') ?? run.hostId}))
    return this.showList(named, RUNS, flags)
  }
}
