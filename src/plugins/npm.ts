import {spawn} from 'node:child_process'
import {createRequire} from 'node:module'
import path from 'node:path'
import {field, isObject, text} from './data-folder.ts'
import {NPM_USER_AGENT, npmFault} from './npm-network.ts'

export interface NpmRun {
  /** Where npm finds package.json and its lock. */
  readonly cwd: string
  /** `SUPERSET_NPM_REGISTRY` */
  readonly registry?: string | undefined
  /** Packages may run scripts while they are installed. */
  readonly scripts?: boolean
}

/** What an .npmrc could turn, and the gate relies on. A switch wins over variables and files. */
const FIXED = [
  ...['--json', '--no-audit', '--no-fund', '--no-update-notifier', '--loglevel=error', '--no-progress'],
  ...['--global=false', '--dry-run=false', '--save=true', '--package-lock=true', '--workspaces=false'],
  ...['--install-strategy=hoisted', '--omit-lockfile-registry-resolved=false', '--omit=dev'],
  // Whoever is offline hears so within seconds.
  ...['--fetch-retries=1', '--fetch-retry-mintimeout=300', '--fetch-retry-maxtimeout=1000'],
]

const require = createRequire(import.meta.url)
/** Of the same form as this file, which may be in a bundle beside the folder. */
const PRELOAD = new URL(`../plugins/npm-preload${path.extname(import.meta.filename)}`, import.meta.url).href

/** The npm that this CLI brings, whatever is on the PATH. */
export const npmRoot = (): string => path.dirname(require.resolve('npm/package.json'))

/** Runs npm in a process of its own. @throws Problem PLUGIN_* for what npm fails with */
export async function runNpm(args: readonly string[], {cwd, registry, scripts = false}: NpmRun): Promise<void> {
  const all = [
    `--import=${PRELOAD}`,
    path.join(npmRoot(), 'bin/npm-cli.js'),
    ...args,
    ...FIXED,
    `--user-agent=${NPM_USER_AGENT}`,
    `--prefix=${cwd}`,
    `--ignore-scripts=${!scripts}`,
    ...(registry === undefined ? [] : [`--registry=${registry}`]),
  ]
  const {code, stderr, stdout} = await ended(all, cwd)
  if (code === 0) return
  const {code: name, summary} = errorIn(stdout) ?? errorIn(stderr) ?? {code: `exit ${code}`, summary: stderr}
  throw npmFault(name, summary)
}

function ended(args: readonly string[], cwd: string): Promise<{code: number | null; stderr: string; stdout: string}> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, args, {cwd, stdio: ['ignore', 'pipe', 'pipe']})
    let stdout = ''
    let stderr = ''
    child.stdout.setEncoding('utf8').on('data', (data: string) => (stdout += data))
    child.stderr.setEncoding('utf8').on('data', (data: string) => (stderr += data))
    child.on('error', reject)
    child.on('close', (code) => resolve({code, stderr, stdout}))
  })
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
