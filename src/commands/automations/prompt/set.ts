import {Flags} from '@oclif/core'
import {number, object, string} from 'valibot'
import {SupersetCommand} from '../../../cli/command.ts'
import {usage} from '../../../cli/errors.ts'
import {automationArg, promptFlags, readPrompt} from '../../../forms/automation.ts'
import {edited} from '../../../forms/edited.ts'
import {getPrompt, setPrompt} from '../../../service/automations.ts'

const Answer = object({id: string(), name: string(), length: number()})

export default class AutomationsPromptSet extends SupersetCommand {
  static override aliases = ['auto:prompt:set']
  static override summary = 'Replace the prompt of an automation.'
  static override output = () => Answer
  static override examples = [
    '<%= config.bin %> <%= command.id %> nightly-audit --prompt-file prompt.md',
    {
      description: 'From another program',
      command: 'sed s/daily/weekly/ prompt.md | <%= config.bin %> <%= command.id %> nightly-audit --prompt-file -',
    },
    {description: 'In your editor', command: '<%= config.bin %> <%= command.id %> nightly-audit --edit'},
  ]
  static override args = automationArg
  static override flags = {
    ...promptFlags,
    edit: Flags.boolean({
      summary: 'Write the prompt in your editor (VISUAL, EDITOR).',
      exactlyOne: ['prompt-file', 'edit'],
    }),
  }

  async run(): Promise<{id: string; name: string; length: number}> {
    const {args, flags} = await this.parse(AutomationsPromptSet)
    const file = flags['prompt-file']
    const given = file === undefined ? undefined : readPrompt(file)
    const api = await this.api()
    const prompt = given ?? (await this.edit((await getPrompt(api, args.automation)).prompt))
    const {id, name} = await setPrompt(api, args.automation, prompt)
    const done = {id, name, length: prompt.length}
    await this.showDone(`Set the prompt of automation ${JSON.stringify(name)} (length ${prompt.length}).`, [done])
    return done
  }

  private async edit(before: string): Promise<string> {
    const after = edited(this.config, before, 'prompt.md')
    if (after === before.trimEnd()) throw usage('The prompt was left as it is.')
    return after
  }
}
