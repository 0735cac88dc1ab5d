import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {existsSync} from 'node:fs'
import type {BrowserEnvironment} from '../env.ts'

/** Which browser to start: none, the desktop's own, or one of these commands, the first that exists. */
export type BrowserChoice =
  | {readonly kind: 'commands'; readonly commands: readonly (readonly string[])[]}
  | {readonly kind: 'default'}
  | {readonly kind: 'none'}

/**
 * Never a browser where nobody could see it: no terminal, CI, SSH without a display. `BROWSER` says that somebody can.
 */
export function chooseBrowser(
  environment: BrowserEnvironment,
  asked: {readonly wanted: boolean; readonly terminal: boolean},
): BrowserChoice {
  if (!asked.wanted || environment.browser === 'none') return {kind: 'none'}
  if (environment.browser !== undefined) return {kind: 'commands', commands: commandsOf(environment.browser)}
  const {ci, display, platform, ssh} = environment
  const desktop = platform === 'darwin' || platform === 'win32'
  if (!asked.terminal || ci) return {kind: 'none'}
  return display || (desktop && !ssh) ? {kind: 'default'} : {kind: 'none'}
}

/** A path to a program as it is; else a list separated by colons, whose entries may have arguments and `%s`. */
function commandsOf(browser: string): readonly (readonly string[])[] {
  if (existsSync(browser)) return [[browser]]
  const entries = process.platform === 'win32' ? [browser] : browser.split(':')
  return entries.map((entry) => entry.split(/\s+/).filter(Boolean)).filter((command) => command.length > 0)
}

/** A browser that fails says so within this time; one that works may never exit. */
const WATCH_MS = 2000

const HINT = 'The browser did not open; use the address above.'

/** Starts the browser and says so when it does not start. The address is one argument of a program, never shell text. */
export async function openBrowser(url: string, choice: BrowserChoice, tell: (line: string) => void): Promise<void> {
  if (choice.kind === 'none' || !/^https?:\/\//.test(url)) return
  const child = choice.kind === 'default' ? await startDefault(url) : await startFirst(url, choice.commands)
  if (!child) return tell(HINT)
  child.unref()
  const ended = (code: number | null): void => {
    if (code !== 0) tell(HINT)
  }
  child.once('exit', ended)
  setTimeout(() => child.off('exit', ended), WATCH_MS).unref()
}

async function startDefault(url: string): Promise<ChildProcess | undefined> {
  try {
    const {default: open} = await import('open')
    const child = await open(url)
    child.on('error', () => child.kill())
    return child
  } catch (error) {
    if (error instanceof Error) return undefined
    throw error
  }
}

async function startFirst(url: string, commands: readonly (readonly string[])[]): Promise<ChildProcess | undefined> {
  for (const [program = '', ...rest] of commands) {
    const named = rest.some((argument) => argument.includes('%s'))
    const argv = named ? rest.map((argument) => argument.replaceAll('%s', () => url)) : [...rest, url]
    const child = spawn(program, argv, {detached: true, stdio: 'ignore', windowsHide: true})
    try {
      await once(child, 'spawn')
      return child
    } catch (error) {
      if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    }
  }

  return undefined
}
