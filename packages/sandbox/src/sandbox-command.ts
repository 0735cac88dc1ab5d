import path from 'node:path'
import {cwd, execPath} from 'node:process'
import {parseArgs} from 'node:util'
import {type Sandbox} from './model.ts'
import {startSandbox} from './sandbox.ts'

/** Tried first, so that what a person exported yesterday still points here today. */
const USUAL_PORT = 43_117

const USAGE = `usage: npm run sandbox -- [--port <port>] [--database <file>] [--access-token-seconds <n>] [--home-dir <folder>] [--log]

  --port                  port on 127.0.0.1 (${USUAL_PORT} if it is free, else any)
  --database              file that keeps accounts, tasks and sessions (default: in memory)
  --access-token-seconds  how long access tokens live (default: 604800, a week)
  --home-dir              folder for SUPERSET_HOME_DIR; a host service of this machine is started for it
  --log                   print each request`

export interface Terminal {
  out(line: string): void
  error(line: string): void
  /** Settles when the person wants to stop. */
  readonly stopped: Promise<void>
}

/**
 * The sandbox as a program: starts it, says what to type next, and serves until it is told to stop.
 * @returns the exit code
 */
export async function runSandbox(argv: readonly string[], terminal: Terminal): Promise<number> {
  const settings = parse(argv)
  if (!settings) {
    terminal.error(USAGE)
    return 2
  }

  const sandbox = await start(settings, terminal)
  if (!sandbox) return 1
  if (settings.homeDir) await startDemoHost(sandbox, settings.homeDir)
  terminal.out(welcome(sandbox, settings))
  await terminal.stopped
  await sandbox.close()
  terminal.out('The sandbox has stopped.')
  return 0
}

interface Settings {
  readonly port: number | undefined
  readonly database: string
  readonly accessTokenSeconds: number | undefined
  readonly homeDir: string | undefined
  readonly log: boolean
}

function parse(argv: readonly string[]): Settings | undefined {
  try {
    const {values} = parseArgs({
      args: [...argv],
      options: {
        port: {type: 'string'},
        database: {type: 'string', default: ':memory:'},
        'access-token-seconds': {type: 'string'},
        'home-dir': {type: 'string'},
        log: {type: 'boolean', default: false},
      },
    })
    const port = values.port === undefined ? undefined : wholeNumber(values.port, 0, 65_535)
    const seconds = values['access-token-seconds']
    const accessTokenSeconds = seconds === undefined ? undefined : wholeNumber(seconds, 1, 31_536_000)
    const homeDir = values['home-dir'] && path.resolve(values['home-dir'])
    return {port, accessTokenSeconds, homeDir, database: values.database, log: values.log}
  } catch (error) {
    // Unknown options and bad numbers alike: the usage text tells what is possible.
    if (error instanceof TypeError || error instanceof RangeError) return undefined
    throw error
  }
}

function wholeNumber(text: string, minimum: number, maximum: number): number {
  const number = Number(text)
  if (/^\d+$/.test(text) && number >= minimum && number <= maximum) return number
  throw new RangeError(`${text} is not between ${minimum} and ${maximum}`)
}

async function start(settings: Settings, terminal: Terminal): Promise<Sandbox | undefined> {
  const {port, database, accessTokenSeconds, log} = settings
  const options = {
    database,
    ...(accessTokenSeconds ? {accessTokenSeconds} : {}),
    ...(log ? {log: (line: string) => terminal.error(line)} : {}),
  }
  try {
    return await startSandbox({...options, port: port ?? USUAL_PORT})
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error
    if (port === undefined) return startSandbox({...options, port: 0})
    terminal.error(`Port ${port} of 127.0.0.1 is in use. Leave out --port to take a free one.`)
    return undefined
  }
}

/** A host with one project, the folder that the sandbox was started in. */
async function startDemoHost(sandbox: Sandbox, homeDir: string): Promise<void> {
  const {state} = await sandbox.startHost({homeDir, name: 'this machine'})
  state.addProject({name: path.basename(cwd()), repoPath: cwd()})
}

function welcome({url, users, apiKey}: Sandbox, {database, homeDir}: Settings): string {
  const {admin, bea} = users
  const kept = database === ':memory:' ? 'It forgets everything when it stops.' : `It keeps its data in ${database}.`
  return `
The Superset service runs on this machine, at ${url}
${kept}

In another terminal, in this folder, type

  export SUPERSET_API_URL=${url}${homeDir ? `\n  export SUPERSET_HOME_DIR='${homeDir}'` : ''}
  alias superset="${nodeHere()} $PWD/bin/run.js"
  superset auth login
  superset tasks list

The browser asks who you are. Either of these will do:

  ${admin.email}   ${admin.password}   (${admin.name}: two organizations)
  ${bea.email}     ${bea.password}   (${bea.name}: one organization)

No keychain here? Add --storage file to auth login. No browser? Paste the code, or use an API key:

  export SUPERSET_API_KEY=${apiKey}

Press Ctrl-C to stop.
`
}

/** Where set-up has brought a Node because that of this machine is too old, the one that was brought. */
function nodeHere(): string {
  return execPath.includes(`${path.sep}node_modules${path.sep}`) ? '$PWD/node_modules/.bin/node' : 'node'
}
