import {Config, type Command} from '@oclif/core'
import {
  handOver,
  type Identity,
  isProblem,
  type IdentityProvider,
  type IdentityRequest,
  type Session,
} from '@superset/identity'
import assert from 'node:assert/strict'
import {fileURLToPath} from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

export interface Ran {
  readonly stdout: string
  readonly stderr: string
  readonly exitCode: number
  readonly error?: unknown
}

type CommandClass = new (argv: string[], config: Config) => Command

let loaded: Promise<Config> | undefined

/** Runs one command in this process, with an identity that the test made, and collects what it prints. */
export async function run(
  command: CommandClass,
  argv: readonly string[],
  identity: {
    readonly provider?: Partial<IdentityProvider>
    readonly session?: Session
    readonly request?: Partial<IdentityRequest>
    /** The provider cannot be had. */
    readonly failure?: Error
  } = {},
): Promise<Ran> {
  // The package as a CLI of its own, without looking for its compiled commands.
  loaded ??= Config.load({root: ROOT, ignoreManifest: true, pjson: PACKAGE})
  const config = await loaded
  handOver(config, identityFrom(identity))
  const output = {stdout: '', stderr: ''}
  const restore = [capture(process.stdout, output, 'stdout'), capture(process.stderr, output, 'stderr')]
  const exitCodeBefore = process.exitCode
  process.exitCode = undefined
  try {
    await (new command([...argv], config) as unknown as {_run(): Promise<unknown>})._run()
    return {...output, exitCode: Number(process.exitCode ?? 0)}
  } catch (error) {
    return {...output, exitCode: (error as {oclif?: {exit?: number}}).oclif?.exit ?? 1, error}
  } finally {
    process.exitCode = exitCodeBefore
    for (const one of restore) one()
  }
}

const PACKAGE = {
  name: '@superset/plugin-auth',
  version: '0.1.0',
  oclif: {bin: 'superset', topicSeparator: ' '},
} as const

function capture(stream: NodeJS.WriteStream, output: Record<'stderr' | 'stdout', string>, name: 'stderr' | 'stdout') {
  const {write} = stream
  stream.write = (chunk: string | Uint8Array) => {
    output[name] += String(chunk)
    return true
  }
  return () => {
    stream.write = write
  }
}

function identityFrom(given: {
  readonly provider?: Partial<IdentityProvider>
  readonly session?: Session
  readonly request?: Partial<IdentityRequest>
  readonly failure?: Error
}): Identity {
  const {failure, provider, session, request} = given
  const full: IdentityProvider = {
    name: 'fake',
    capabilities: [],
    session: async () => session,
    describe: async () => ({signedIn: false, profile: 'default', hides: [], apiUrl: 'https://api.test', notes: []}),
    ...provider,
  }
  const identity: Identity = {
    profile: {value: request?.profile ?? 'default', source: 'default'},
    at: (profile) => identityFrom({...given, request: {...request, profile}}),
    profiles: async () => [...new Set(['default', ...((await provider?.profiles?.(identity.request)) ?? [])])],
    request: {
      bin: 'superset',
      version: '0.1.0',
      homeDir: '/nonexistent',
      profile: 'default',
      apiUrl: {value: 'https://api.test', source: 'default'},
      defaultApiUrl: 'https://api.superset.sh',
      webUrl: {value: 'https://app.test', source: 'default'},
      clientId: {value: 'superset-cli', source: 'default'},
      secrets: {},
      interactive: false,
      agentMode: false,
      tell: (line) => void process.stderr.write(`${line}\n`),
      ...request,
    },
    choice: {plugin: 'fake-plugin', source: 'config'},
    provider: async () => (failure ? Promise.reject(failure) : full),
    session: async () => session,
  }
  return identity
}

export function refusal({error}: Ran, code: string, exit: number): void {
  assert.ok(isProblem(error), String(error))
  assert.deepEqual([error.code, error.exit], [code, exit])
}
