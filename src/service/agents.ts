import {EXIT, Problem} from '@superset/identity'
import path from 'node:path'
import {array, type InferOutput, nullish, number, string} from 'valibot'
import {AnyRow, maybeText, read, readList, row, text} from './answer.ts'
import {explainNotFound} from './not-found.ts'
import {shellWord} from './shell-word.ts'
import type {Target} from './targets/target.ts'

/** A coding agent that a host can start. */
export const Agent = row({
  id: text,
  presetId: maybeText,
  iconId: maybeText,
  label: text,
  command: maybeText,
  args: nullish(array(string())),
  promptTransport: maybeText,
  promptArgs: nullish(array(string())),
  resumeArgs: nullish(array(string())),
  env: nullish(AnyRow),
  order: nullish(number()),
})
export type Agent = InferOutput<typeof Agent>

export const StartedAgent = row({kind: text, sessionId: text, label: maybeText})
export type StartedAgent = InferOutput<typeof StartedAgent>

const UploadAnswer = row({attachmentId: text})

/** An agent to be started, by the id or the preset of its configuration. */
export interface AgentLaunch {
  readonly agent: string
  readonly prompt: string
  readonly attachmentIds?: readonly string[] | undefined
  readonly effort?: string | undefined
}

export interface AgentRun extends AgentLaunch {
  readonly workspaceId: string
  /** Of a session that is gone on with. */
  readonly resumeSessionId?: string | undefined
}

export async function listAgents(target: Target): Promise<Agent[]> {
  return readList(Agent, await target.query('settings.agentConfigs.list'), 'settings.agentConfigs.list')
}

export async function startAgent(target: Target, run: AgentRun): Promise<StartedAgent> {
  const check = `superset terminals list --workspace ${shellWord(run.workspaceId)}${target.flag}`
  const answer = await explainNotFound(
    () => target.mutate('agents.run', run, check),
    (error) => notFound(error, target),
  )
  return read(StartedAgent, answer, 'agents.run')
}

/** The host says which was not found: the agent, the workspace or an attachment. */
function notFound({message}: Problem, {flag}: Target): Problem {
  return new Problem({
    code: /agent/i.test(message) ? 'AGENT_NOT_FOUND' : 'SERVICE_NOT_FOUND_ENTITY',
    message,
    exit: EXIT.failed,
    suggestions: [`Run \`superset agents list${flag || ' --local'}\` to see the agents of the host.`],
  })
}

/** In bytes; a host takes no more. */
export const LARGEST_ATTACHMENT = 25 * 1024 ** 2

export interface Attachment {
  /** As the person named it. */
  readonly file: string
  readonly bytes: Uint8Array
}

/** @returns their ids */
export async function uploadAttachments(target: Target, files: readonly Attachment[]): Promise<string[]> {
  const {default: mime} = await import('mime')
  const ids: string[] = []
  for (const {bytes, file} of files) {
    const input = {
      data: {kind: 'base64', data: Buffer.from(bytes).toString('base64')},
      mediaType: mime.getType(file) ?? 'application/octet-stream',
      originalFilename: path.basename(file),
    }
    ids.push(read(UploadAnswer, await target.mutate('attachments.upload', input), 'attachments.upload').attachmentId)
  }

  return ids
}
