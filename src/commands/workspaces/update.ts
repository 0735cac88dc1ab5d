import {Args, Flags} from '@oclif/core'
import {HostCommand, hostFlags} from '../../cli/host-command.ts'
import {taskId, updateWorkspace, Workspace} from '../../service/workspaces.ts'

export default class WorkspacesUpdate extends HostCommand {
  static override aliases = ['ws:update']
  static override summary = 'Rename a workspace, or say which task it is for.'
  static override output = () => Workspace
  static override examples = [
    '<%= config.bin %> <%= command.id %> fix-login --name "Fix the login race"',
    {description: 'For no task any more', command: '<%= config.bin %> <%= command.id %> fix-login --clear-task'},
  ]
  static override args = {
    workspace: Args.string({description: 'Id, name or branch of the workspace.', required: true, ignoreStdin: true}),
  }
  static override flags = {
    ...hostFlags,
    name: Flags.string({summary: 'What it is called now.', atLeastOne: ['name', 'task', 'clear-task']}),
    task: Flags.string({
      summary: 'The task that it is for.',
      helpValue: '<id|slug>',
      aliases: ['task-id'],
      exclusive: ['clear-task'],
    }),
    'clear-task': Flags.boolean({summary: 'It is for no task any more.'}),
  }

  async run(): Promise<Workspace> {
    const {args, flags} = await this.parse(WorkspacesUpdate)
    const target = await this.target(flags)
    const task = flags.task === undefined ? undefined : await taskId(await this.api(), flags.task)
    const workspace = await updateWorkspace(target, args.workspace, {
      name: flags.name,
      taskId: flags['clear-task'] ? null : task,
    })
    await this.showDone(`Updated workspace ${workspace.name}.`, [workspace])
    return workspace
  }
}
