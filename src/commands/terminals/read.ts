import {printableLines} from '@superset/identity'
import {wholeNumberFlag} from '../../cli/flags.ts'
import {TerminalCommand, terminalFlags} from '../../cli/terminal-command.ts'
import {readTerminal, Snapshot} from '../../service/terminals.ts'

export default class TerminalsRead extends TerminalCommand {
  static override aliases = ['term:read']
  static override summary = 'Print what a terminal shows.'
  static override output = () => Snapshot
  static override examples = [
    '<%= config.bin %> <%= command.id %> --workspace fix-login --terminal <id> --max-lines 20',
  ]
  static override flags = {
    ...terminalFlags,
    'max-lines': wholeNumberFlag('The last lines alone.', {min: 1}),
  }

  async run(): Promise<Snapshot> {
    const {flags} = await this.parse(TerminalsRead)
    const {target, terminal} = await this.terminal(flags)
    const snapshot = await readTerminal(target, terminal, flags['max-lines'])
    await this.show({human: () => printableLines(snapshot.text), ids: () => [snapshot.terminalId]})
    return snapshot
  }
}
