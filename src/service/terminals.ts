import {EXIT, Problem} from '@superset/identity'
import {array, boolean, type InferOutput, nullish, number} from 'valibot'
import {maybeNumber, maybeText, read, row, text} from './answer.ts'
import {explainNotFound} from './not-found.ts'
import {shellWord} from './shell-word.ts'
import type {Target} from './targets/target.ts'

const TerminalSession = row({
  terminalId: text,
  workspaceId: maybeText,
  /** Ms since 1970. */
  createdAt: maybeNumber,
  exited: nullish(boolean()),
  exitCode: maybeNumber,
  attached: nullish(boolean()),
  title: maybeText,
})
type TerminalSession = InferOutput<typeof TerminalSession>

export const TerminalSessions = row({sessions: array(TerminalSession)})
export type TerminalSessions = InferOutput<typeof TerminalSessions>

export const Terminal = row({terminalId: text, status: maybeText})
export type Terminal = InferOutput<typeof Terminal>

export const Snapshot = row({terminalId: text, cols: nullish(number()), rows: nullish(number()), text})
export type Snapshot = InferOutput<typeof Snapshot>

export const SentText = row({terminalId: text, submitted: nullish(boolean())})
export type SentText = InferOutput<typeof SentText>

/** A terminal of a workspace. */
export interface TerminalName {
  readonly workspaceId: string
  readonly terminalId: string
}

export interface NewTerminal {
  readonly workspaceId: string
  readonly initialCommand?: string | undefined
  /** On the host. */
  readonly cwd?: string | undefined
}

export async function listTerminals(target: Target, workspaceId: string): Promise<TerminalSessions> {
  return read(TerminalSessions, await target.query('terminal.list', {workspaceId}), 'terminal.list')
}

export async function createTerminal(target: Target, input: NewTerminal): Promise<Terminal> {
  const answer = await target.mutate('terminal.createSession', input, listCommand(target, input))
  return read(Terminal, answer, 'terminal.createSession')
}

/** @param maxLines the last lines alone; at least 1 */
export function readTerminal(target: Target, terminal: TerminalName, maxLines?: number): Promise<Snapshot> {
  return told(target, terminal, async () => {
    const answer = await target.query('terminal.snapshot', {...terminal, maxLines})
    return read(Snapshot, answer, 'terminal.snapshot')
  })
}

/** @param submit press Enter behind it */
export function sendText(target: Target, terminal: TerminalName, input: string, submit: boolean): Promise<SentText> {
  return told(target, terminal, async () => {
    const answer = await target.mutate(
      'terminal.send',
      {...terminal, text: input, submit},
      readCommand(target, terminal),
    )
    return read(SentText, answer, 'terminal.send')
  })
}

export function closeTerminal(target: Target, terminal: TerminalName): Promise<Terminal> {
  return told(target, terminal, async () => {
    const answer = await target.mutate('terminal.killSession', terminal, listCommand(target, terminal))
    return read(Terminal, answer, 'terminal.killSession')
  })
}

/** @throws Problem TERMINAL_NOT_FOUND (1) where the host knows no such terminal in that workspace */
function told<Answer>(target: Target, terminal: TerminalName, work: () => Promise<Answer>): Promise<Answer> {
  return explainNotFound(
    work,
    () =>
      new Problem({
        code: 'TERMINAL_NOT_FOUND',
        message: `There is no terminal ${JSON.stringify(terminal.terminalId)} in that workspace on ${target.name}.`,
        exit: EXIT.failed,
        suggestions: [`Run \`${listCommand(target, terminal)}\` to see what there is.`],
      }),
  )
}

function listCommand({flag}: Target, {workspaceId}: Pick<TerminalName, 'workspaceId'>): string {
  return `superset terminals list --workspace ${shellWord(workspaceId)}${flag}`
}

function readCommand({flag}: Target, {terminalId, workspaceId}: TerminalName): string {
  return `superset terminals read --workspace ${shellWord(workspaceId)} --terminal ${shellWord(terminalId)}${flag}`
}
