import {listFlags} from '../../cli/flags.ts'
import {HostCommand, hostFlags, workspaceFlag} from '../../cli/host-command.ts'
import {TERMINALS} from '../../output/views.ts'
import {listTerminals, TerminalSessions} from '../../service/terminals.ts'
import {findWorkspace} from '../../service/workspaces.ts'

export default class TerminalsList extends HostCommand {
  static override aliases = ['term:list']
  static override summary = 'List the terminals of a workspace.'
  static override output = () => TerminalSessions
  static override examples = ['<%= config.bin %> <%= command.id %> --workspace fix-login']
  static override flags = {...workspaceFlag, ...hostFlags, ...listFlags}

  async run(): Promise<unknown> {
    const {flags} = await this.parse(TerminalsList)
    const target = await this.target(flags)
    const listed = await listTerminals(target, (await findWorkspace(target, flags.workspace)).id)
    if (this.mode() === 'json' && flags.fields === undefined) return listed
    const rows = listed.sessions.map((session) => ({...session, createdAt: instantOf(session.createdAt)}))
    return this.showList(rows, TERMINALS, flags)
  }
}

function instantOf(ms: number | null | undefined): string | null {
  return typeof ms === 'number' && Math.abs(ms) < 8.64e15 ? new Date(ms).toISOString() : null
}
