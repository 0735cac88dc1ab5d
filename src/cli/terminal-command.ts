import {Flags} from '@oclif/core'
import type {Need} from '@superset/identity'
import type {TerminalName} from '../service/terminals.ts'
import type {Target} from '../service/targets/target.ts'
import {HostCommand, hostFlags, workspaceFlag} from './host-command.ts'

export const terminalFlags = {
  ...workspaceFlag,
  ...hostFlags,
  terminal: Flags.string({
    summary: 'This terminal; `superset terminals list` shows them.',
    helpValue: '<id>',
    required: true,
  }),
}

/** A command that acts on one terminal of a workspace. */
export abstract class TerminalCommand extends HostCommand {
  static override identity: Need = 'required'

  protected async terminal(flags: {
    readonly host?: string | undefined
    readonly terminal: string
    readonly workspace: string
  }): Promise<{readonly target: Target; readonly terminal: TerminalName}> {
    const {findWorkspace} = await import('../service/workspaces.ts')
    const target = await this.target(flags)
    const {id} = await findWorkspace(target, flags.workspace)
    return {target, terminal: {terminalId: flags.terminal, workspaceId: id}}
  }
}
