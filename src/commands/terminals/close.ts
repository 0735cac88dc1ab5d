import {TerminalCommand, terminalFlags} from '../../cli/terminal-command.ts'
import {closeTerminal, Terminal} from '../../service/terminals.ts'

export default class TerminalsClose extends TerminalCommand {
  static override aliases = ['term:close']
  static override summary = 'Close a terminal, and end what runs in it.'
  static override output = () => Terminal
  static override examples = ['<%= config.bin %> <%= command.id %> --workspace fix-login --terminal <id>']
  static override flags = {...terminalFlags}

  async run(): Promise<Terminal> {
    const {flags} = await this.parse(TerminalsClose)
    const {target, terminal} = await this.terminal(flags)
    const closed = await closeTerminal(target, terminal)
    await this.showDone(`Closed terminal ${closed.terminalId}.`, [{id: closed.terminalId}])
    return closed
  }
}
