import {Flags} from '@oclif/core'
import {usage} from '../../cli/errors.ts'
import {TerminalCommand, terminalFlags} from '../../cli/terminal-command.ts'
import {sendText, SentText} from '../../service/terminals.ts'

export default class TerminalsSend extends TerminalCommand {
  static override aliases = ['term:send']
  static override summary = 'Type a text into a terminal, and Enter behind it.'
  static override output = () => SentText
  static override examples = [
    '<%= config.bin %> <%= command.id %> --workspace fix-login --terminal <id> --text "npm test"',
  ]
  static override flags = {
    ...terminalFlags,
    text: Flags.string({summary: 'What is typed.', required: true}),
    'no-submit': Flags.boolean({summary: 'Without Enter.'}),
  }

  async run(): Promise<SentText> {
    const {flags} = await this.parse(TerminalsSend)
    const submit = !flags['no-submit']
    if (flags.text === '' && !submit) throw usage('Nothing to send: --text is empty, and --no-submit leaves out Enter.')
    const {target, terminal} = await this.terminal(flags)
    const sent = await sendText(target, terminal, flags.text, submit)
    await this.showDone(`Sent to terminal ${sent.terminalId}.`, [{id: sent.terminalId}])
    return sent
  }
}
