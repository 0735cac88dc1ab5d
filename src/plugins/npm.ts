import {EXIT, isObject} from '@superset/identity'
import {type ChildProcess, spawn} from 'node:child_process'
import path from 'node:path'
import {field, text} from './plugin-list.ts'
import {npmFault} from './npm-network.ts'
import {npmRoot} from './npm-settings.ts'
import {pluginProblem} from './problems.ts'

export interface NpmProcess {
  readonly cwd: string
  /** Settings of npm, for its command line. */
  readonly switches: readonly string[]
  /** How much of what it says is told; one of its log levels. */
  readonly logLevel?: string | undefined
  /** What npm says besides its error, line by line, as far as the log level goes. */
  readonly tell: (line: string) => void
  readonly signal: AbortSignal
  /** A registry whose answer never ends must not keep anybody waiting for ever. */
  readonly deadlineMs: number
  /** Days that the policy of this machine wants a version to be old; for what is said when none fits. */
  readonly minimumAgeDays?: number | undefined
}

/** Of the same form as this file, which may be in a bundle beside the folder. */
const PRELOAD = new URL(`../plugins/npm-preload${path.extname(import.meta.filename)}`, import.meta.url).href

/** Characters of its output that are kept: its error comes last. Scripts of packages write there, too. */
const MOST_TEXT = 1024 * 1024

/** Levels at which nothing of it is told: its errors become ours. */
const QUIET = new Set(['error', 'silent'])
/** Levels at which npm also tells what it does. */
const CHATTY = new Set(['http', 'info', 'silly', 'verbose'])
/** What npm says of its settings, ours among them. */
const ON_SETTINGS = /^npm warn (?:config|invalid|Unknown|using|Expanding)\b/i

/** Runs npm in a process of its own. @throws Problem PLUGIN_* for what npm fails with */
export async function runNpm(args: readonly string[], running: NpmProcess): Promise<void> {
  const {cwd, deadlineMs, logLevel = 'error', minimumAgeDays, signal, switches, tell} = running
  // Of two switches that contradict each other the last one counts.
  const all = [...switches, ...args]
  const {code, isLate, stderr, stdout} = await ended(
    [`--import=${PRELOAD}`, path.join(npmRoot(), 'bin/npm-cli.js'), ...all],
    running,
    (line) => {
      const isTold = CHATTY.has(logLevel) || (!QUIET.has(logLevel) && /^npm (?:warn|notice)\b/.test(line))
      if (isTold && !ON_SETTINGS.test(line)) tell(line.replaceAll(cwd, '.'))
    },
  )
  if (isLate)
    throw pluginProblem('REGISTRY_UNREACHABLE', `npm had not ended after ${Math.round(deadlineMs / 1000)} s.`, {
      exit: EXIT.temporary,
      suggestions: ['Try again later; what is installed works meanwhile.'],
    })
  signal.throwIfAborted()
  if (code === 0) return
  const {code: name, summary} = errorIn(stdout) ?? errorIn(stderr) ?? {code: `exit ${code}`, summary: stderr}
  throw npmFault(name, summary, {minimumAgeDays})
}

interface NpmResult {
  readonly code: number | null
  readonly isLate: boolean
  readonly stderr: string
  readonly stdout: string
}

function ended(args: readonly string[], {cwd, deadlineMs, signal}: NpmProcess, hear: (line: string) => void) {
  return new Promise<NpmResult>((resolve, reject) => {
    // In a group of its own: the scripts of packages that it runs end with it.
    const child = spawn(process.execPath, args, {cwd, detached: true, stdio: ['ignore', 'pipe', 'pipe']})
    const stop = () => killGroup(child)
    let stdout = ''
    let stderr = ''
    let isLate = false
    let rest = ''
    const timer = setTimeout(() => {
      isLate = true
      stop()
    }, deadlineMs)
    signal.addEventListener('abort', stop)
    if (signal.aborted) stop()
    const done = () => {
      clearTimeout(timer)
      signal.removeEventListener('abort', stop)
    }
    child.stdout.setEncoding('utf8').on('data', (data: string) => (stdout = `${stdout}${data}`.slice(-MOST_TEXT)))
    child.stderr.setEncoding('utf8').on('data', (data: string) => {
      stderr = `${stderr}${data}`.slice(-MOST_TEXT)
      const lines = `${rest}${data}`.split('\n')
      rest = (lines.pop() ?? '').slice(0, MOST_TEXT)
      for (const line of lines) hear(line)
    })
    child.on('error', (error) => {
      done()
      reject(error)
    })
    child.on('close', (code) => {
      done()
      resolve({code, isLate, stderr, stdout})
    })
  })
}

function killGroup({pid}: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, 'SIGKILL')
  } catch (error) {
    // ESRCH: it has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}

/** npm writes its error as JSON, among other lines where a package's script wrote some. */
function errorIn(output: string): {code: string; summary: string} | undefined {
  const start = output.indexOf('{\n  "error"')
  if (start === -1) return undefined
  try {
    const value: unknown = JSON.parse(output.slice(start, output.lastIndexOf('}') + 1))
    const error = field(value, 'error')
    if (!isObject(error)) return undefined
    return {code: text(error, 'code') ?? 'unknown', summary: text(error, 'summary') ?? ''}
  } catch {
    return undefined
  }
}
