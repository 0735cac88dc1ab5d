import {Args, Flags} from '@oclif/core'
import {object, string} from 'valibot'
import {HostCommand, hostFlags} from '../../cli/host-command.ts'
import {findWorkspace, linkTo} from '../../service/workspaces.ts'

const Answer = object({id: string(), name: string(), url: string()})

export default class WorkspacesOpen extends HostCommand {
  static override aliases = ['ws:open']
  static override summary = 'Open a workspace in the Superset app.'
  static override output = () => Answer
  static override examples = ['<%= config.bin %> <%= command.id %> fix-login']
  static override args = {
    workspace: Args.string({description: 'Id, name or branch of the workspace.', required: true, ignoreStdin: true}),
  }
  static override flags = {
    ...hostFlags,
    print: Flags.boolean({summary: 'Print the link instead of opening it.'}),
  }

  async run(): Promise<{id: string; name: string; url: string}> {
    const {args, flags} = await this.parse(WorkspacesOpen)
    const {id, name} = await findWorkspace(await this.target(flags), args.workspace)
    const url = linkTo({id})
    if (!flags.print) {
      const {openAddress} = await import('../../cli/browser.ts')
      await openAddress(url)
    }

    await this.showDone(flags.print ? url : `Opened workspace ${name}: ${url}`, [{id}])
    return {id, name, url}
  }
}
