import {TRPCError} from '@trpc/server'
import {randomUUID} from 'node:crypto'
import {z} from 'zod'
import {notFound, protectedProcedure, router} from './procedures.ts'
import {type HostState, type HostWorkspace} from './state.ts'

export const agentLaunch = z.object({
  agent: z.string().min(1),
  prompt: z.string().default(''),
  attachmentIds: z.array(z.uuid()).optional(),
  model: z.string().min(1).optional(),
  effort: z.string().min(1).optional(),
  resumeSessionId: z.string().min(1).optional(),
})

export type AgentLaunch = z.infer<typeof agentLaunch>

export const agents = router({
  run: protectedProcedure
    .input(agentLaunch.extend({workspaceId: z.uuid()}))
    .mutation(({ctx: {state}, input: {workspaceId, ...launch}}) => {
      const workspace = state.liveWorkspace(workspaceId)
      if (workspace) return startAgent(state, workspace, launch)
      throw notFound(`Workspace ${workspaceId} not found on this host — it may have been deleted.`)
    }),
})

export const settings = router({
  agentConfigs: router({
    list: protectedProcedure.query(({ctx}) => ctx.state.agents),
  }),
})

export const attachments = router({
  upload: protectedProcedure
    .input(
      z.object({
        data: z.object({kind: z.literal('base64'), data: z.string().min(1)}),
        mediaType: z.string().min(1),
        originalFilename: z.string().optional(),
      }),
    )
    .mutation(({ctx: {state}, input: {data, mediaType, originalFilename = ''}}) => {
      const bytes = Buffer.from(data.data, 'base64')
      if (bytes.length === 0) throw new TRPCError({code: 'BAD_REQUEST', message: 'Attachment is empty'})
      const attachment = {attachmentId: randomUUID(), originalFilename, mediaType, sizeBytes: bytes.length}
      state.attachments.push({...attachment, bytes})
      return attachment
    }),
})

/** The launches that come with a new workspace: it is made, whether or not they start. */
export function launchAgents(state: HostState, workspace: HostWorkspace, launches: readonly AgentLaunch[]) {
  return launches.map((launch) => {
    try {
      return {ok: true as const, ...startAgent(state, workspace, launch)}
    } catch (error) {
      return {ok: false as const, error: error instanceof Error ? error.message : String(error)}
    }
  })
}

function startAgent(state: HostState, workspace: HostWorkspace, {agent, attachmentIds = [], prompt}: AgentLaunch) {
  const config = state.agents.find(({id}) => id === agent) ?? state.agents.find(({presetId}) => presetId === agent)
  if (!config) {
    throw notFound(
      `No host agent config matching '${agent}' — the agent may have been removed or this host's agents were reset. ` +
        'Re-select an agent (or use a preset id like "claude").',
    )
  }

  for (const id of attachmentIds) {
    if (!state.attachments.some(({attachmentId}) => attachmentId === id)) throw notFound(`Attachment not found: ${id}`)
  }

  const terminal = state.addTerminal(workspace, {command: [config.command, prompt].filter(Boolean).join(' ')})
  return {kind: 'terminal' as const, sessionId: terminal.terminalId, label: config.label}
}
