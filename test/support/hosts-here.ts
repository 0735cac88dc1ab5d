import assert from 'node:assert/strict'
import {type Host, obtainTokens, type Sandbox, startSandbox} from '@superset/sandbox'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import path from 'node:path'
import {thisHostId} from '../../src/service/targets/machine.ts'
import {CommandsHere, type Input, type RunHere, succeeded} from './commands-here.ts'

/** A host's request, as it arrived. */
export interface Asked {
  readonly procedure: string
  readonly input: unknown
}

/** Commands in this process, with a host service on this machine and another one behind the relay. */
export class HostsHere {
  readonly sandbox: Sandbox
  readonly homeDir: string
  /** Signed in, which the relay takes. */
  readonly commands: CommandsHere
  readonly withKey: CommandsHere
  /** Of this machine. */
  readonly host: Host
  /** On another one. */
  readonly box: Host

  private constructor(parts: Pick<HostsHere, 'box' | 'commands' | 'homeDir' | 'host' | 'sandbox' | 'withKey'>) {
    this.box = parts.box
    this.commands = parts.commands
    this.homeDir = parts.homeDir
    this.host = parts.host
    this.sandbox = parts.sandbox
    this.withKey = parts.withKey
  }

  static async create(): Promise<HostsHere> {
    const sandbox = await startSandbox()
    const homeDir = await mkdtemp(path.join(tmpdir(), 'superset-hosts-'))
    const {access_token: token} = await obtainTokens(sandbox.url)
    return new HostsHere({
      sandbox,
      homeDir,
      host: await sandbox.startHost({id: await thisHostId(), name: 'Laptop', homeDir}),
      box: await sandbox.startHost({name: 'Linux Box'}),
      commands: await CommandsHere.create(sandbox, {homeDir, token}),
      withKey: await CommandsHere.create(sandbox, {homeDir}),
    })
  }

  run(line: readonly string[], input?: Input): Promise<RunHere> {
    return this.commands.run(line, {}, input)
  }

  /** As the session with the API key does. */
  sandboxFetch(input: string | URL, init: RequestInit = {}): Promise<Response> {
    const {apiKey, url} = this.sandbox
    return fetch(new URL(input, url), {...init, headers: {...(init.headers as object), 'x-api-key': apiKey}})
  }

  /** What it printed as JSON. */
  async json<T>(...line: string[]): Promise<T> {
    const flag = line.includes('--json') ? [] : ['--json']
    return JSON.parse(succeeded(await this.run([...line, ...flag]))) as T
  }

  /** What a run asked a host for. */
  async asking(host: Host, line: readonly string[]): Promise<Asked[]> {
    const before = host.requests.length
    succeeded(await this.run(line))
    return host.requests.slice(before).map(({inputs: [input], procedures: [procedure = '']}) => ({
      procedure,
      input: (input as {json?: unknown} | undefined)?.json,
    }))
  }

  async close(): Promise<void> {
    await this.sandbox.close()
    await rm(this.homeDir, {recursive: true, force: true})
  }
}

/** @returns its error, as text for a person */
export function failed({exit, stderr, stdout}: RunHere, expected: number, code: string): string {
  assert.deepEqual([exit, stdout], [expected, ''], stderr)
  assert.match(stderr, new RegExp(String.raw`\(${code}\)`))
  return stderr
}
