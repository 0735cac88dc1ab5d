import {Args, Flags} from '@oclif/core'
import {printable} from '@superset/identity'
import type {ParsedLine} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {HostCommand, hostFlags} from '../../cli/host-command.ts'
import {workspaceOfTerminal} from '../../cli/home.ts'
import {hostNameOf} from '../../service/hosts.ts'
import {describeWorkspace, DescribedWorkspace, findWorkspace} from '../../service/workspaces.ts'

const FIELDS = Object.keys(DescribedWorkspace.entries)

export default class WorkspacesGet extends HostCommand {
  static override aliases = ['ws:get']
  static override summary = 'Show a workspace.'
  static override description = 'In a terminal of a workspace, that one, unless another is named.'
  static override output = () => DescribedWorkspace
  static override examples = [
    '<%= config.bin %> <%= command.id %> fix-login',
    {description: 'Go there', command: 'cd "$(<%= config.bin %> <%= command.id %> fix-login --field worktreePath)"'},
  ]
  static override args = {
    workspace: Args.string({description: 'Id, name or branch of the workspace.', ignoreStdin: true}),
  }
  static override flags = {
    ...hostFlags,
    field: Flags.string({char: 'f', summary: 'Print the value of this field alone.', helpValue: '<name>'}),
  }

  protected override validate({args, flags: {field}}: ParsedLine<typeof WorkspacesGet>): void {
    if ((args.workspace ?? workspaceOfTerminal()) === undefined)
      throw usage('Missing <workspace>, and SUPERSET_WORKSPACE_ID is not set.', [
        'Run `superset workspaces list` to see the workspaces.',
      ])
    if (field !== undefined && !FIELDS.includes(field))
      throw usage(`There is no field ${JSON.stringify(field)}. Fields: ${FIELDS.join(', ')}.`)
  }

  async run(): Promise<DescribedWorkspace> {
    const {args, flags} = await this.parse(WorkspacesGet)
    const {field} = flags
    const wanted = args.workspace ?? workspaceOfTerminal() ?? ''
    const target = await this.target(flags)
    const found = await findWorkspace(target, wanted)
    const hostName = await hostNameOf(await this.api(), found.hostId ?? target.hostId)
    const workspace = describeWorkspace(found, target, hostName)
    if (field === undefined) await this.showRow(workspace)
    else {
      const value: unknown = Reflect.get(workspace, field)
      const text = value === null || value === undefined ? '' : String(value)
      await this.show({human: () => printable(text), ids: () => [text]})
    }

    return workspace
  }
}
