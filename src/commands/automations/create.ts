import {Flags} from '@oclif/core'
import {HostCommand} from '../../cli/host-command.ts'
import {automationFlags, promptFlags, readPrompt} from '../../forms/automation.ts'
import {edited} from '../../forms/edited.ts'
import {timed} from '../../output/details.ts'
import {createAutomation} from '../../service/automation-changes.ts'
import {Automation} from '../../service/automations.ts'

const SOURCES = ['prompt', 'prompt-file', 'edit']

export default class AutomationsCreate extends HostCommand {
  static override aliases = ['auto:create']
  static override summary = 'Create an automation: an agent that gets a prompt on a schedule.'
  static override description = 'Without --project and --workspace each run gets a session of its own on the host.'
  static override output = () => Automation
  static override examples = [
    '<%= config.bin %> <%= command.id %> --name nightly --rrule "FREQ=DAILY;BYHOUR=3;BYMINUTE=0" --prompt "Audit the dependencies" --project web',
    {
      description: 'On another host, with a prompt from a file, on weekdays',
      command:
        '<%= config.bin %> <%= command.id %> --name triage --rrule "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;BYHOUR=9" --prompt-file triage.md --host build-box',
    },
  ]
  static override flags = {
    ...automationFlags,
    name: Flags.string({summary: 'What it is called.', required: true}),
    rrule: Flags.string({
      summary: 'When it runs, as the body of an RRULE (RFC 5545).',
      helpValue: '<FREQ=DAILY;BYHOUR=9;BYMINUTE=0>',
      required: true,
    }),
    agent: Flags.string({
      summary: 'The agent that does it: claude, codex, or one of its host.',
      helpValue: '<name>',
      default: 'claude',
    }),
    prompt: Flags.string({summary: 'What the agent is told.', exactlyOne: SOURCES}),
    ...promptFlags,
  }

  async run(): Promise<Automation | undefined> {
    const {flags} = await this.parse(AutomationsCreate)
    const file = flags['prompt-file']
    const given = file === undefined ? flags.prompt : readPrompt(file).trim()
    const prompt = given ?? edited(this.config, '', 'prompt.md')
    const {agent, dtstart, host, name, project, rrule, workspace} = flags
    const timezone = flags.timezone ?? Intl.DateTimeFormat().resolvedOptions().timeZone
    const automation = await createAutomation(
      await this.surroundings(),
      {name, prompt, agent, rrule, dtstart, timezone},
      {host, project, workspace},
    )
    const next = timed(automation.nextRunAt, Date.now())
    return this.showDone(
      `Created automation ${JSON.stringify(automation.name)}${next === undefined ? '.' : `; next run ${next}.`}`,
      [automation],
    )
  }
}
