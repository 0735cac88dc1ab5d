import {type ChildProcess, spawn} from 'node:child_process'
import {once} from 'node:events'
import {constants, existsSync} from 'node:fs'
import {access} from 'node:fs/promises'
import path from 'node:path'
import {type BrowserEnvironment, searchPath} from '../env.ts'

export {type BrowserEnvironment, browserEnvironment} from '../env.ts'

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

/** Text in double quotes, in single quotes, after a backslash, by itself; blanks. */
const PIECES = /"((?:[^"\\]|\\.)*)"|'([^']*)'|\\(.)|([^\s:"'\\]+|[:"'\\])|(\s+)/gs

/**
 * `BROWSER`, as its specification has it: a list separated by colons, whose entries may have arguments, quotes, `%s` (the
 * address), `%c` (a colon) and `%%`. A path to a program is taken as it is, blanks included.
 */
export function commandsOf(browser: string): readonly (readonly string[])[] {
  if (existsSync(browser)) return [[browser]]
  const isWindows = process.platform === 'win32'
  const commands: string[][] = [[]]
  let isWordOpen = false
  for (const [, double, single, escaped, plain, blank] of browser.matchAll(PIECES)) {
    const isEnd = plain === ':' && !isWindows
    if (isEnd) commands.push([])
    if (isEnd || blank !== undefined) {
      isWordOpen = false
      continue
    }

    const literal = escaped === undefined ? plain : isWindows ? `\\${escaped}` : escaped
    const text = double?.replaceAll(/\\(["\\$`])/g, '$1') ?? single ?? literal ?? ''
    const words = commands.at(-1) ?? []
    words.push(isWordOpen ? (words.pop() ?? '') + text : text)
    isWordOpen = true
  }

  return commands.filter((command) => command.length > 0)
}

/** A browser that fails says so within this time; one that works may never exit. */
const WATCH_MS = 2000

/** Opens an address as the desktop does, and says which process that is. Each caller brings the library that knows how. */
export type DesktopOpener = (address: string) => Promise<ChildProcess>

/**
 * Starts the first browser that works. The address is one argument of a program, never shell text.
 * @returns false where none did; nothing is started for what is no address of the web, nor where none is to be
 */
export async function openBrowser(url: string, choice: BrowserChoice, desktop: DesktopOpener): Promise<boolean> {
  if (choice.kind === 'none' || !/^https?:\/\//.test(url)) return true
  if (choice.kind === 'default') return openOnDesktop(url, desktop)
  for (const words of choice.commands) if (await works(() => start(words, url))) return true
  return false
}

/** An address of any kind: a page in the browser, a deep link in its app. False where nothing opens it. */
export function openOnDesktop(address: string, desktop: DesktopOpener): Promise<boolean> {
  return works(async () => {
    try {
      const child = await desktop(address)
      child.on('error', () => child.kill())
      return child
    } catch (error) {
      if (error instanceof Error) return undefined
      throw error
    }
  })
}

/** False where it did not start, or ended with a fault soon after. It keeps no process of ours alive meanwhile. */
async function works(begin: () => Promise<ChildProcess | undefined>): Promise<boolean> {
  const child = await begin()
  if (!child) return false
  child.unref()
  return new Promise((resolve) => {
    const timer = setTimeout(() => resolve(true), WATCH_MS).unref()
    const settle = (isGood: boolean): void => {
      clearTimeout(timer)
      resolve(isGood)
    }
    child.once('error', () => settle(false))
    child.once('exit', (code) => settle(code === 0))
  })
}

/** A program of a path, or of PATH. `undefined` where there is none that may be run. */
export async function findProgram(program: string, folders = searchPath()): Promise<string | undefined> {
  const candidates = /[/\\]/.test(program) ? [program] : folders.map((folder) => path.join(folder, program))
  for (const candidate of candidates) {
    // Whatever keeps us from seeing it would keep us from running it.
    const isThere = await access(candidate, constants.X_OK).then(
      () => true,
      () => false,
    )
    if (isThere) return candidate
  }

  return undefined
}

const PLACES: Readonly<Record<string, string>> = {'%%': '%', '%c': ':'}

async function start([program = '', ...rest]: readonly string[], url: string): Promise<ChildProcess | undefined> {
  const named = rest.some((argument) => /%s/.test(argument.replaceAll('%%', '')))
  const argv = rest.map((argument) => argument.replaceAll(/%[sc%]/g, (place) => PLACES[place] ?? url))
  const child = spawn(program, named ? argv : [...argv, url], {detached: true, stdio: 'ignore', windowsHide: true})
  try {
    await once(child, 'spawn')
    return child
  } catch (error) {
    if (typeof (error as NodeJS.ErrnoException).code !== 'string') throw error
    return undefined
  }
}
