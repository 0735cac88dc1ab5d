import {
  isProblem,
  type Capability,
  type IdentityDescription,
  type IdentityProvider,
  type IdentityRequest,
  type LoginOptions,
  type LoginResult,
  type LogoutResult,
  type RefreshResult,
  type Session,
} from '../../../src/index.ts'
import {CORRECT, type Behaviour} from './behaviour.ts'
import * as problems from './problems.ts'
import {renew, revoke} from './renew.ts'
import {signIn} from './sign-in.ts'
import {forget, locked, profilesIn, read, type Stored} from './store.ts'

const MONTH_MS = 30 * 24 * 3600 * 1000

/** A small provider that keeps every promise of the contract; it is what the kit's own tests are made with. */
export class ReferenceProvider implements IdentityProvider {
  readonly name = 'reference'
  readonly capabilities: readonly Capability[] = ['login', 'logout', 'refresh']
  readonly #behaviour: Behaviour

  constructor(behaviour: Behaviour = CORRECT) {
    this.#behaviour = behaviour
  }

  async session(request: IdentityRequest): Promise<Session | undefined> {
    const stored = await this.#usable(request)
    if (!stored) {
      this.#behaviour.onNoSession(request.issuer?.value ?? '')
      return undefined
    }

    const {apiUrl} = request
    if (apiUrl.source !== 'default' && apiUrl.value !== stored.apiUrl)
      throw problems.misconfigured(`You are signed in to ${stored.apiUrl}, not to ${apiUrl.value}`)
    return this.#open(request, stored)
  }

  async describe(request: IdentityRequest): Promise<IdentityDescription> {
    const base = {profile: request.profile, apiUrl: request.apiUrl.value, hides: [], notes: []}
    try {
      const stored = await read(request)
      if (!stored) return {...base, signedIn: false}
      await this.#behaviour.onDescribe(stored)
      const {account, apiUrl, expiresAt, held, issuer, subject} = stored
      const final = held !== undefined && held.why !== 'busy'
      const expired = expiresAt <= Date.now()
      return {
        ...{...base, apiUrl, issuer, subject, account, expired, scheme: 'bearer', source: 'stored'},
        ...{signedIn: !(expired && final), expiresAt: new Date(expiresAt), renewable: !final},
      }
    } catch (error) {
      if (!isProblem(error)) throw error
      const {code, exit, message, suggestions} = error
      return {...base, signedIn: false, problem: {code, exit, message, suggestions}}
    }
  }

  login(request: IdentityRequest, options: LoginOptions): Promise<LoginResult> {
    return signIn(request, options, this.#behaviour)
  }

  async logout(request: IdentityRequest): Promise<LogoutResult> {
    const {profile} = request
    const {forgetsFirst, mayRevoke, onUnknownRevocation} = this.#behaviour
    const taken = await locked(request, 'write', async () => {
      const stored = await read(request)
      if (forgetsFirst) await forget(request)
      return stored
    })
    if (!taken) return {profile, signedOut: false, revocation: 'none'}
    const confirmed = mayRevoke(taken) ? await revoke(taken) : undefined
    if (confirmed === undefined) {
      await onUnknownRevocation(async () => {
        await revoke(taken)
      })
    }

    // A renewal may be about to save: what it has seen must not change before it has.
    if (!forgetsFirst) await locked(request, 'write', () => forget(request))
    return confirmed === true
      ? {profile, signedOut: true, revocation: 'revoked'}
      : {profile, signedOut: true, revocation: 'not-sent', mayLiveUntil: new Date(Date.now() + MONTH_MS)}
  }

  async refresh(request: IdentityRequest): Promise<RefreshResult> {
    const before = await read(request)
    const after = before && (await renew(request, before.accessToken, this.#behaviour))
    if (!after) throw problems.ended()
    return {refreshed: true, expiresAt: new Date(after.expiresAt)}
  }

  profiles(request: IdentityRequest): Promise<readonly string[]> {
    return profilesIn(request.homeDir)
  }

  async #usable(request: IdentityRequest): Promise<Stored | undefined> {
    const stored = await read(request)
    if (!stored || !this.#behaviour.needsRenewal(stored)) return stored
    return renew(request, stored.accessToken, this.#behaviour)
  }

  #open(request: IdentityRequest, first: Stored): Session {
    const {account, apiUrl, expiresAt, issuer, subject} = first
    const {checkOrigin, redirect, renewsOn401} = this.#behaviour
    const current = async (): Promise<Stored> => (await this.#usable(request)) ?? Promise.reject(problems.ended())
    return {
      ...{account, apiUrl, issuer, subject, profile: request.profile, scheme: 'bearer', source: 'stored'},
      expiresAt: new Date(expiresAt),
      token: async () => (await current()).accessToken,
      fetch: async (input, init = {}) => {
        const url = new URL(input, apiUrl)
        checkOrigin(url, apiUrl)
        let {accessToken} = await current()
        for (let times = 1; ; times++) {
          const headers = new Headers(init.headers)
          headers.set('authorization', `Bearer ${accessToken}`)
          const response = await fetch(url, {...init, headers, redirect})
          if (response.status !== 401 || !renewsOn401(times)) return response
          await response.body?.cancel()
          const renewed = await renew(request, accessToken, this.#behaviour)
          if (!renewed) throw problems.ended()
          accessToken = renewed.accessToken
        }
      },
    }
  }
}
