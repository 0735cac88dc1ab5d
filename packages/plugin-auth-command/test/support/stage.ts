import assert from 'node:assert/strict'
import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {createServer, type Server} from 'node:http'
import type {AddressInfo} from 'node:net'
import os from 'node:os'
import path from 'node:path'
import type {IdentityRequest, Session} from '@superset/identity'
import identity from '../../src/hooks/identity.ts'
import {NAME} from '../../src/settings.ts'
import {Answers, COMMAND, problemOf} from './command.ts'

/** An API, a home, and a command whose answers the test chooses. */
export class Stage implements AsyncDisposable {
  readonly folder: string
  readonly answers: Answers
  readonly url: string
  /** Credentials that reached the API, in order. */
  readonly received: string[] = []
  /** Those that it answers with 401. */
  readonly dead = new Set<string>()
  readonly #server: Server

  private constructor(folder: string, server: Server) {
    this.folder = folder
    this.answers = new Answers(folder)
    this.#server = server
    this.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    server.on('request', ({headers}, response) => {
      const credential = headers.authorization ?? `key ${String(headers['x-api-key'])}`
      this.received.push(credential)
      response.writeHead(this.dead.has(credential) ? 401 : 200).end('{}')
    })
  }

  static async open(): Promise<Stage> {
    const server = createServer().listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new Stage(await mkdtemp(path.join(os.tmpdir(), 'superset-command-')), server)
  }

  /** A run of the program whose profile has these settings. */
  request(settings: unknown, more: Partial<IdentityRequest> = {}): IdentityRequest {
    return {
      bin: 'superset',
      version: '1.0.0',
      homeDir: path.join(this.folder, '.superset'),
      profile: 'default',
      apiUrl: {value: 'https://api.superset.sh', source: 'default'},
      defaultApiUrl: 'https://api.superset.sh',
      webUrl: {value: 'https://app.superset.sh', source: 'default'},
      clientId: {value: 'superset-cli', source: 'default'},
      secrets: {},
      interactive: false,
      agentMode: true,
      tell: () => undefined,
      settings: {plugins: {[NAME]: settings}},
      ...more,
    }
  }

  async session(settings: unknown, more?: Partial<IdentityRequest>): Promise<Session> {
    const given = this.request(settings, more)
    const session = await (await identity({request: given})).session(given)
    assert.ok(session, 'signed in')
    return session
  }

  refused(settings: unknown, code: string, exit: number, more?: Partial<IdentityRequest>) {
    return problemOf(this.session(settings, more), code, exit)
  }

  /** Settings of a command that behaves in a certain way. */
  acting(...args: string[]) {
    return {command: process.execPath, args: [COMMAND, ...args], apiUrl: this.url}
  }

  /** Settings of a command that gives the answers in turn. */
  inTurn() {
    return {...this.answers.settings, apiUrl: this.url}
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.#server.closeAllConnections()
    await rm(this.folder, {recursive: true, force: true})
  }
}
