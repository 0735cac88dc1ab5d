import {Args} from '@oclif/core'
import {array, object, string} from 'valibot'
import {yesFlag} from '../../cli/flags.ts'
import {HostCommand, hostFlags} from '../../cli/host-command.ts'
import {deletionQuestion} from '../../forms/deletion.ts'
import type {Deleted} from '../../service/delete-each.ts'
import {deletionOfWorkspaces, type ListedWorkspace} from '../../service/workspaces.ts'

const Failure = object({workspace: string(), code: string(), message: string()})
const Answer = object({deleted: array(string()), warnings: array(string()), failed: array(Failure)})

export default class WorkspacesDelete extends HostCommand {
  static override aliases = ['ws:delete']
  static override summary = 'Delete workspaces, and with them their folders and what is not committed there.'
  static override description =
    'Asks first on a terminal and needs --yes elsewhere. When some cannot be deleted, the others are: the result names both, with exit code 1.'
  static override output = () => Answer
  static override examples = ['<%= config.bin %> <%= command.id %> fix-login --yes']
  static override args = {
    workspace: Args.string({
      description: 'Ids, names or branches of the workspaces.',
      required: true,
      multiple: true,
      ignoreStdin: true,
    }),
  }
  static override flags = {...hostFlags, ...yesFlag}

  async run(): Promise<Deleted<'workspace'> & {readonly warnings: readonly string[]}> {
    const {args, flags} = await this.parse(WorkspacesDelete)
    const {deletion, warnings} = deletionOfWorkspaces(() => this.target(flags), [args.workspace].flat())
    await this.confirm(async () => deletionQuestion('workspace', (await deletion.preview()).map(nameOf)), flags.yes)
    const {deleted, failed} = await deletion.run()
    await this.showDeletion('workspace', {deleted, failed})
    for (const warning of warnings) this.tell(`Warning: ${warning}`)
    return {deleted, warnings, failed}
  }
}

function nameOf({branch, name, worktreePath}: ListedWorkspace): string {
  return `${JSON.stringify(name)}${branch ? ` (branch ${branch})` : ''}${worktreePath ? ` with ${worktreePath}` : ''}`
}
