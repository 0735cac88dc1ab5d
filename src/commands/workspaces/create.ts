import {Flags} from '@oclif/core'
import type {ParsedLine} from '../../cli/command.ts'
import {usage} from '../../cli/errors.ts'
import {chosenHostFlags, HostCommand} from '../../cli/host-command.ts'
import {wholeNumberFlag} from '../../cli/flags.ts'
import {type AgentLaunch, type Attachment, uploadAttachments} from '../../service/agents.ts'
import {projectId} from '../../service/projects.ts'
import {shellWord} from '../../service/shell-word.ts'
import type {Target} from '../../service/targets/target.ts'
import {createSession, CreatedWorkspace, createWorkspace, taskId} from '../../service/workspaces.ts'

const OF_A_PROJECT = ['branch', 'pr', 'task', 'base-branch', 'skip-branch-prefix'] as const

export default class WorkspacesCreate extends HostCommand {
  static override aliases = ['ws:create']
  static override summary = 'Create a workspace: a branch of a project in a folder of its own.'
  static override description =
    'Without --project it is a session, which belongs to no repository. An agent can be started in it at once.'
  static override output = () => CreatedWorkspace
  static override examples = [
    '<%= config.bin %> <%= command.id %> --local --project demo --name "Fix login" --branch fix-login',
    {
      description: 'For a task, with an agent at work',
      command:
        '<%= config.bin %> <%= command.id %> --host build-box --project demo --name "Fix login" --task fix-login --agent claude --prompt "Do the task."',
    },
  ]
  static override flags = {
    ...chosenHostFlags,
    project: Flags.string({summary: 'Of this project.', helpValue: '<name|id>', dependsOn: ['name']}),
    name: Flags.string({summary: 'What it is called.'}),
    branch: Flags.string({summary: 'Of this branch, which is made where it does not exist.'}),
    pr: wholeNumberFlag('Of this pull request.', {min: 1}),
    task: Flags.string({summary: 'For this task.', helpValue: '<id|slug>'}),
    'base-branch': Flags.string({summary: 'Begin the branch here.', helpValue: '<branch>'}),
    'skip-branch-prefix': Flags.boolean({summary: "Leave out the host's prefix for branches."}),
    agent: Flags.string({
      summary: 'Start this agent in it.',
      helpValue: '<preset|id>',
      dependsOn: ['prompt'],
    }),
    prompt: Flags.string({summary: 'What the agent is told.', dependsOn: ['agent']}),
    effort: Flags.string({summary: 'How hard the agent thinks.', dependsOn: ['agent']}),
    command: Flags.string({summary: 'Run this in a terminal of it.'}),
    attachment: Flags.string({
      summary: 'Give the agent this file; can be given several times.',
      helpValue: '<file>',
      multiple: true,
      multipleNonGreedy: true,
      dependsOn: ['agent'],
    }),
  }

  protected override validate({flags}: ParsedLine<typeof WorkspacesCreate>): void {
    const {branch, pr, project, task} = flags
    if (project === undefined) {
      const alone = OF_A_PROJECT.find((flag) => flags[flag] !== undefined && flags[flag] !== false)
      if (alone) throw usage(`--${alone} needs --project.`)
    } else if (branch === undefined && pr === undefined && task === undefined)
      throw usage('A workspace of a project needs --branch, --pr or --task.')
  }

  async run(): Promise<CreatedWorkspace> {
    const {flags} = await this.parse(WorkspacesCreate)
    const {branch, command, name, pr, project, task} = flags
    const attachments = await this.attachments(flags.attachment)
    const target = await this.target(flags)
    const made =
      project === undefined
        ? await createSession(target, {name, agents: await this.agents(target, flags, attachments), command})
        : await createWorkspace(target, {
            projectId: await projectId(target, project),
            name: name ?? '',
            branch,
            pr,
            taskId: task === undefined ? undefined : await taskId(await this.api(), task),
            baseBranch: flags['base-branch'],
            skipBranchPrefix: flags['skip-branch-prefix'] || undefined,
            agents: await this.agents(target, flags, attachments),
            command,
          })
    await this.say(made, target)
    return made
  }

  private async agents(
    target: Target,
    {agent, effort, prompt = ''}: Partial<Record<'agent' | 'effort' | 'prompt', string | undefined>>,
    attachments: readonly Attachment[],
  ): Promise<AgentLaunch[] | undefined> {
    if (agent === undefined) return undefined
    const ids = await uploadAttachments(target, attachments)
    return [{agent, prompt, attachmentIds: ids.length === 0 ? undefined : ids, effort}]
  }

  private async say({agents, alreadyExists, answerLost, workspace}: CreatedWorkspace, target: Target): Promise<void> {
    const branch = workspace.branch ? ` (branch ${workspace.branch})` : ''
    const what = alreadyExists ? 'is there already' : 'was created'
    await this.showDone(`Workspace ${workspace.name}${branch} ${what} on ${target.name}.`, [workspace])
    if (answerLost === true)
      this.tell(
        `The answer was lost on the way; whether agent and command were started, \`superset terminals list --workspace ${shellWord(workspace.id)}${target.flag}\` shows.`,
      )
    for (const agent of agents)
      if (agent['ok'] === false)
        this.tell(`The agent did not start: ${String(agent['error'] ?? 'the host does not say why')}`)
  }
}
