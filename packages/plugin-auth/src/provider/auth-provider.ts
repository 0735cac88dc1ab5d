import {
  type Capability,
  type Check,
  type IdentityDescription,
  type IdentityProvider,
  type IdentityRequest,
  type LoginOptions,
  type LoginResult,
  type LogoutOptions,
  type LogoutResult,
  type RefreshOptions,
  type RefreshResult,
  type Session,
  type Storage,
  type RunStart,
} from '@superset/identity'
import {Workspace} from './workspace.ts'

/**
 * OpenID Connect sign-in, encrypted storage, and refreshing that cannot lose a session. This class only says which use
 * case answers which call; each is loaded when it is needed, so that a run with a fresh token loads nothing of a
 * sign-in or of a refresh.
 */
export class AuthProvider implements IdentityProvider {
  readonly name = '@superset/plugin-auth'
  readonly capabilities: readonly Capability[] = ['login', 'logout', 'migrate', 'organization', 'refresh']
  readonly #start: RunStart
  #settling: Array<() => Promise<void>> = []

  /** @param start now, on an ordinary machine, unless given */
  constructor(start: RunStart = {startedAt: Date.now(), slowness: 1}) {
    this.#start = start
  }

  async session(request: IdentityRequest): Promise<Session | undefined> {
    const {resolveSession} = await import('./resolve-session.ts')
    const {session, settle} = await resolveSession(new Workspace(request), this.#start)
    if (settle) this.#settling.push(settle)
    return session
  }

  async describe(request: IdentityRequest): Promise<IdentityDescription> {
    const {describe} = await import('./describe.ts')
    return describe(new Workspace(request), Date.now())
  }

  async login(request: IdentityRequest, options: LoginOptions): Promise<LoginResult> {
    const {signIn} = await import('./sign-in.ts')
    return signIn(new Workspace(request), options)
  }

  async logout(request: IdentityRequest, options: LogoutOptions = {}): Promise<LogoutResult> {
    const {signOut} = await import('./sign-out.ts')
    return signOut(new Workspace(request), options)
  }

  async profiles({homeDir}: IdentityRequest): Promise<readonly string[]> {
    const {storedProfiles} = await import('../store/profiles.ts')
    return storedProfiles(homeDir)
  }

  async refresh(request: IdentityRequest, options: RefreshOptions): Promise<RefreshResult> {
    const {refreshNow} = await import('./refresh-now.ts')
    return refreshNow(new Workspace(request), options, this.#start)
  }

  async migrate(request: IdentityRequest, to: Storage): Promise<LoginResult> {
    const {migrate} = await import('./migrate.ts')
    return migrate(new Workspace(request), to)
  }

  async diagnose(request: IdentityRequest): Promise<readonly Check[]> {
    const {diagnose} = await import('./diagnose.ts')
    return diagnose(new Workspace(request))
  }

  async repair(request: IdentityRequest): Promise<readonly string[]> {
    const {repair} = await import('./repair.ts')
    return repair(new Workspace(request))
  }

  async settle(): Promise<void> {
    const waiting = this.#settling
    this.#settling = []
    await Promise.all(waiting.map((settle) => settle()))
  }
}
