import {type IdentityRequest, type LoginOptions, printable} from '@superset/identity'
import {browserEnvironment, chooseBrowser, type BrowserChoice, openBrowser} from '@superset/identity/browser'
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
    ...(choice.kind !== 'none' && {openBrowser: (url: string) => void open(url, choice, request.tell)}),
  }
}

/** Says so where none opened. */
async function open(url: string, choice: BrowserChoice, tell: (line: string) => void): Promise<void> {
  const isOpen = await openBrowser(url, choice, async (address) => (await import('open')).default(address))
  if (!isOpen) tell('The browser did not open; use the address above.')
}

/** What comes on stdin, a terminal's or a pipe's, until the sign-in is over. */
async function* pastedLines(signal: AbortSignal): AsyncIterable<string> {
  const {typed} = await import('@superset/identity/terminal')
  yield* typed({signal})
}

export async function confirm(question: string): Promise<boolean> {
  return /^y(?:es)?$/i.test((await answerTo({prompt: `${printable(question)} [y/N] `})).trim())
}

/** Asks for a secret: what is typed is shown as stars. */
export async function askSecret(question: string): Promise<string> {
  return answerTo({prompt: `${printable(question)}: `, mask: '*'})
}

/** The end of input is an empty answer. @throws Problem AUTH_CANCELLED (130) at Ctrl-C */
async function answerTo(asking: {readonly prompt: string; readonly mask?: string}): Promise<string> {
  const {ask} = await import('@superset/identity/terminal')
  try {
    return (await ask(asking)) ?? ''
  } catch (error) {
    // Told apart by name: another copy of the package may have thrown it.
    throw error instanceof Error && error.name === 'Interrupted' ? cancelled() : error
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
