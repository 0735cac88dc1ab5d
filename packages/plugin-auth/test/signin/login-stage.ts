import {once} from 'node:events'
import {mkdtemp, rm} from 'node:fs/promises'
import {tmpdir} from 'node:os'
import {join} from 'node:path'
import type {LoginOptions, LoginResult, Storage} from '@superset/identity'
import type {Binding, Credential} from '../../src/model.ts'
import {send} from '../../src/network/http-request.ts'
import {login} from '../../src/signin/login.ts'
import type {PortHolder, LoginPorts, LoginRequest} from '../../src/signin/ports.ts'

const ADDRESS = /^\s+(https?:\/\/\S+)$/

export interface Committed {
  readonly storage: Storage
  readonly binding: Binding
  readonly credential: Credential
}

interface Changes {
  readonly request?: Partial<LoginRequest>
  readonly ports?: Partial<LoginPorts>
  /** Who is signed in already. */
  readonly holder?: PortHolder
  /** What the person says to every question; no unless given. */
  readonly answer?: boolean
  /** False: no browser can be started. */
  readonly browser?: boolean
}

/** A person at a terminal: reads what is told, opens addresses, pastes. Storage is remembered, the rest is real. */
export class LoginStage implements AsyncDisposable {
  readonly told: string[] = []
  readonly committed: Committed[] = []
  readonly remembered: string[] = []
  retired = 0
  readonly questions: string[] = []
  readonly opened: string[] = []
  readonly request: LoginRequest
  readonly ports: LoginPorts
  readonly #addresses = new Map<'loopback' | 'paste', PromiseWithResolvers<string>>([
    ['loopback', Promise.withResolvers<string>()],
    ['paste', Promise.withResolvers<string>()],
  ])
  readonly #pastes: string[] = []
  #pasted = Promise.withResolvers<void>()

  private constructor(homeDir: string, apiUrl: string, changes: Changes) {
    this.request = {
      profile: 'default',
      homeDir,
      apiUrl: {value: apiUrl, source: 'env:SUPERSET_API_URL'},
      webUrl: {value: apiUrl, source: 'env:SUPERSET_WEB_URL'},
      clientId: {value: 'superset-cli', source: 'default'},
      defaultApiUrl: 'https://api.superset.sh',
      interactive: true,
      agentMode: false,
      tell: (line) => this.#hear(line),
      ...changes.request,
    }
    this.ports = {
      send,
      now: Date.now,
      // Only ports that the system chooses: several tests run at once on one machine.
      callbackPorts: [0],
      ...(changes.browser !== false && {openBrowser: (url: string) => void this.opened.push(url)}),
      pastedLines: (signal) => this.#lines(signal),
      confirm: async (question) => {
        this.questions.push(question)
        return changes.answer ?? false
      },
      probe: async (storage) => storage ?? 'file',
      holder: async () => changes.holder,
      commit: async (storage, binding, credential) => void this.committed.push({storage, binding, credential}),
      retireReplaced: async () => void this.retired++,
      rememberOrganization: async (id) => void this.remembered.push(id),
      ...changes.ports,
    }
  }

  static async open(apiUrl: string, changes: Changes = {}): Promise<LoginStage> {
    return new LoginStage(await mkdtemp(join(tmpdir(), 'superset-login-')), apiUrl, changes)
  }

  login(options: LoginOptions = {}): Promise<LoginResult> {
    const result = login(this.request, options, this.ports)
    // The test awaits it later, after it has played the browser.
    result.catch(() => {})
    return result
  }

  /** The address that a person opens on this machine, or elsewhere. */
  address(kind: 'loopback' | 'paste' = 'loopback'): Promise<string> {
    return this.#addresses.get(kind)!.promise
  }

  paste(line: string): void {
    this.#pastes.push(line)
    this.#pasted.resolve()
  }

  get tokens() {
    const credential = this.committed[0]?.credential
    return credential?.kind === 'oauth' ? credential.tokens : undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await rm(this.request.homeDir, {recursive: true, force: true})
  }

  #hear(line: string): void {
    this.told.push(line)
    const address = ADDRESS.exec(line)?.[1]
    if (!address) return
    const redirectUri = new URL(address).searchParams.get('redirect_uri') ?? ''
    this.#addresses.get(redirectUri.endsWith('/callback') ? 'loopback' : 'paste')!.resolve(address)
  }

  async *#lines(signal: AbortSignal): AsyncIterable<string> {
    const over = once(signal, 'abort')
    while (!signal.aborted) {
      await Promise.race([this.#pasted.promise, over])
      this.#pasted = Promise.withResolvers<void>()
      while (this.#pastes.length > 0) yield this.#pastes.shift()!
    }
  }
}
