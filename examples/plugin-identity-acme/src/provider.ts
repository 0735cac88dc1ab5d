import {
  type Capability,
  type IdentityDescription,
  type IdentityProvider,
  type IdentityRequest,
  isProblem,
  type LogoutResult,
  type Session,
} from '@superset/identity'
import {GATEWAY, leave} from './gateway.ts'
import {openSession, organizationOf} from './session.ts'
import {Store} from './store.ts'

/** What the CLI asks. `login()` is missing: our own `auth login` signs people in, with what it alone knows. */
export class AcmeProvider implements IdentityProvider {
  readonly name = '@acme/superset-identity'
  readonly capabilities: readonly Capability[] = ['logout', 'organization']

  async session(request: IdentityRequest): Promise<Session | undefined> {
    const store = new Store(request.homeDir)
    const enrolment = store.find(request.profile)
    return enrolment && openSession(request, enrolment, store)
  }

  /** For `auth status`: offline, and without a secret. */
  async describe(request: IdentityRequest): Promise<IdentityDescription> {
    const store = new Store(request.homeDir)
    const {apiKey, token} = request.secrets
    const notes =
      (apiKey ?? token) ? ['SUPERSET_API_KEY and SUPERSET_TOKEN are not used: Acme signs in by its gateway.'] : []
    const base = {profile: request.profile, apiUrl: request.apiUrl.value, hides: [], notes}
    try {
      const enrolment = store.find(request.profile)
      if (!enrolment) return {...base, signedIn: false}
      const {account, apiUrl, credential, gateway, subject} = enrolment
      const {expiresAt} = credential
      const organization = organizationOf(request, enrolment)
      return {
        ...{...base, signedIn: true, scheme: 'bearer', source: 'stored', issuer: gateway, apiUrl, subject, account},
        ...{expiresAt, expired: expiresAt.getTime() <= Date.now(), renewable: true},
        ...(organization && {organization}),
        storage: {kind: 'file', place: store.file, encrypted: false},
      }
    } catch (error) {
      if (!isProblem(error)) throw error
      const {code, exit, message, suggestions} = error
      return {...base, signedIn: false, problem: {code, exit, message, suggestions}}
    }
  }

  /** Forgotten here first and in any case; then the gateway is told. */
  async logout({homeDir, profile}: IdentityRequest): Promise<LogoutResult> {
    const forgotten = new Store(homeDir).forget(profile)
    if (!forgotten) return {profile, signedOut: false, revocation: 'none'}
    const {account, gateway} = forgotten
    const done = {profile, account, signedOut: true}
    if (await leave(forgotten)) return {...done, revocation: 'revoked'}
    return {...done, revocation: 'not-sent', reason: `Remove this machine at ${gateway}, which gave no answer.`}
  }

  async profiles({homeDir}: IdentityRequest): Promise<readonly string[]> {
    return new Store(homeDir).profiles()
  }

  signInSteps({bin}: IdentityRequest): readonly string[] {
    return [`Get a one-time code at ${GATEWAY}, then run \`${bin} auth login\`.`]
  }
}
