import {printableLines, writeExactly, writeText} from '@superset/identity'
import {SupersetCommand} from '../../../cli/command.ts'
import {automationArg} from '../../../forms/automation.ts'
import {AutomationPrompt, getPrompt} from '../../../service/automations.ts'

export default class AutomationsPromptGet extends SupersetCommand {
  static override aliases = ['auto:prompt:get']
  static override summary = 'Print the prompt of an automation, and nothing else.'
  static override description =
    'Into a file or a pipe it goes without a line break at its end, so that `prompt set` can take it back.'
  static override output = () => AutomationPrompt
  static override examples = ['<%= config.bin %> <%= command.id %> nightly-audit > prompt.md']
  static override args = automationArg

  async run(): Promise<AutomationPrompt> {
    const {args} = await this.parse(AutomationsPromptGet)
    const answer = await getPrompt(await this.api(), args.automation)
    if (this.mode() === 'json') return answer
    if (process.stdout.isTTY) writeText(process.stdout, printableLines(answer.prompt))
    else writeExactly(process.stdout, answer.prompt)
    return answer
  }
}
