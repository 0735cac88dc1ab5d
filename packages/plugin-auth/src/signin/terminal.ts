import {createInterface} from 'node:readline'
import {type IdentityRequest, type LoginOptions, printable} from '@superset/identity'
import {browserEnvironment} from '../env.ts'
import {chooseBrowser, openBrowser} from './browser.ts'
import type {TerminalPorts} from './ports.ts'
import {cancelled} from './problems.ts'

/** The real terminal and the real browser. Everything for people goes to stderr. */
export function terminalPorts(
  request: Pick<IdentityRequest, 'tell'>,
  options: Pick<LoginOptions, 'browser'>,
): TerminalPorts {
  const choice = chooseBrowser(browserEnvironment(), {
    wanted: options.browser !== false,
    terminal: process.stderr.isTTY,
  })
  return {
    pastedLines,
    confirm,
    ...(choice.kind !== 'none' && {openBrowser: (url: string) => void openBrowser(url, choice, request.tell)}),
  }
}

/** Lines of stdin, a terminal's or a pipe's. The terminal stays in its normal mode, so Ctrl-C is still a signal. */
async function* pastedLines(signal: AbortSignal): AsyncIterable<string> {
  if (signal.aborted) return
  const lines = createInterface({input: process.stdin, terminal: false, signal})
  try {
    yield* lines
  } finally {
    lines.close()
    // A pipe that its writer keeps open would keep this process alive, too.
    process.stdin.pause()
  }
}

export async function confirm(question: string): Promise<boolean> {
  const {confirm: ask} = await import('@inquirer/prompts')
  return unlessCancelled(ask({message: printable(question), default: false}, {output: process.stderr}))
}

/** Asks for a secret: what is typed is shown as stars. */
export async function askSecret(question: string): Promise<string> {
  const {password} = await import('@inquirer/prompts')
  return unlessCancelled(password({message: question, mask: '*'}, {output: process.stderr}))
}

/** Ctrl-C at a question. Told apart by name: another copy of the library may have thrown it. */
async function unlessCancelled<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer
  } catch (error) {
    throw error instanceof Error && error.name === 'ExitPromptError' ? cancelled() : error
  }
}

/** All of stdin, for `--api-key -`. More than this cannot be a key. */
const MAX_SECRET_BYTES = 64 * 1024

export async function readStdin(): Promise<string> {
  const chunks: Buffer[] = []
  let length = 0
  for await (const chunk of process.stdin as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    length += chunk.length
    if (length > MAX_SECRET_BYTES) break
  }

  return Buffer.concat(chunks).toString('utf8')
}
