import {Flags} from '@oclif/core'
import {HostCommand, hostFlags, workspaceFlag} from '../../cli/host-command.ts'
import {createTerminal, Terminal} from '../../service/terminals.ts'
import {findWorkspace} from '../../service/workspaces.ts'

export default class TerminalsCreate extends HostCommand {
  static override aliases = ['term:create']
  static override summary = 'Open a terminal in a workspace.'
  static override output = () => Terminal
  static override examples = ['<%= config.bin %> <%= command.id %> --workspace fix-login --command "npm test"']
  static override flags = {
    ...workspaceFlag,
    ...hostFlags,
    command: Flags.string({summary: 'Run this in it.'}),
    cwd: Flags.string({summary: 'Begin in this folder of the host.', helpValue: '<folder>'}),
  }

  async run(): Promise<Terminal> {
    const {flags} = await this.parse(TerminalsCreate)
    const target = await this.target(flags)
    const workspace = await findWorkspace(target, flags.workspace)
    const {command: initialCommand, cwd} = flags
    const terminal = await createTerminal(target, {workspaceId: workspace.id, initialCommand, cwd})
    await this.showDone(`Opened terminal ${terminal.terminalId} in ${workspace.name}.`, [{id: terminal.terminalId}])
    return terminal
  }
}
