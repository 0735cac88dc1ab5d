import {Flags} from '@oclif/core'
import {HostCommand, hostFlags, workspaceFlag} from '../../cli/host-command.ts'
import {startAgent, StartedAgent, uploadAttachments} from '../../service/agents.ts'
import {findWorkspace} from '../../service/workspaces.ts'

export default class AgentsCreate extends HostCommand {
  static override summary = 'Start a coding agent in a workspace.'
  static override output = () => StartedAgent
  static override examples = [
    '<%= config.bin %> <%= command.id %> --workspace fix-login --agent claude --prompt "Fix the login race."',
  ]
  static override flags = {
    ...workspaceFlag,
    ...hostFlags,
    agent: Flags.string({
      summary: 'Which; `superset agents list` shows them.',
      helpValue: '<preset|id>',
      required: true,
    }),
    prompt: Flags.string({summary: 'What it is told.', exactlyOne: ['prompt', 'resume-session']}),
    'resume-session': Flags.string({summary: 'Go on with this session of the agent.', helpValue: '<id>'}),
    effort: Flags.string({summary: 'How hard it thinks.'}),
    'attachment-id': Flags.string({
      summary: 'Give it this uploaded file; can be given several times.',
      helpValue: '<id>',
      multiple: true,
      multipleNonGreedy: true,
    }),
    attachment: Flags.string({
      summary: 'Give it this file; can be given several times.',
      helpValue: '<file>',
      multiple: true,
      multipleNonGreedy: true,
    }),
  }

  async run(): Promise<StartedAgent> {
    const {flags} = await this.parse(AgentsCreate)
    const files = await this.attachments(flags.attachment)
    const target = await this.target(flags)
    const workspace = await findWorkspace(target, flags.workspace)
    const attachmentIds = [...(flags['attachment-id'] ?? []), ...(await uploadAttachments(target, files))]
    const started = await startAgent(target, {
      workspaceId: workspace.id,
      agent: flags.agent,
      prompt: flags.prompt ?? '',
      resumeSessionId: flags['resume-session'],
      effort: flags.effort,
      attachmentIds: attachmentIds.length === 0 ? undefined : attachmentIds,
    })
    const label = started.label ?? flags.agent
    await this.showDone(`Started ${label} in ${workspace.name} (terminal ${started.sessionId}).`, [
      {id: started.sessionId},
    ])
    return started
  }
}
