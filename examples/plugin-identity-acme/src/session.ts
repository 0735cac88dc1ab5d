import {boundFetch, type IdentityRequest, type Session} from '@superset/identity'
import {type Credential, fetchCredential} from './gateway.ts'
import * as problems from './problems.ts'
import type {Enrolment, Store} from './store.ts'

/** What ends sooner than this is renewed before it is used. */
const LEEWAY_MS = 60_000

/**
 * The session of one run. @throws Problem ORIGIN_MISMATCH (78), AUTH_ENDED (4), GATEWAY_* (75, 78), STORE_UNUSABLE (74)
 */
export async function openSession(request: IdentityRequest, enrolment: Enrolment, store: Store): Promise<Session> {
  const {apiUrl, account, gateway, subject} = enrolment
  const {profile} = request
  checkApi(request, apiUrl)
  const credentials = new Credentials(profile, enrolment, store)
  const {expiresAt} = await credentials.current()
  const organization = organizationOf(request, enrolment)
  return {
    ...{issuer: gateway, apiUrl, profile, subject, account, expiresAt, scheme: 'bearer', source: 'stored'},
    ...(organization && {organization}),
    token: async () => (await credentials.current()).token,
    // Origin, redirects and the one retry after a 401 are its business.
    fetch: boundFetch({
      apiUrl,
      current: () => credentials.current(),
      headers: ({token}) => ({authorization: `Bearer ${token}`}),
      replace: (refused) => credentials.replace(refused),
    }),
    selectOrganization: async (id) => store.selectOrganization(profile, id),
  }
}

/** A credential is for one API, whatever a variable of the environment says. A default is nobody's wish. */
export function checkApi({apiUrl: {source, value}}: IdentityRequest, own: string): void {
  if (source !== 'default' && value !== own) throw problems.otherApi(own, value)
}

/** What this run was told, or else what `organization switch` has chosen. */
export function organizationOf(request: IdentityRequest, {organization}: Enrolment): Session['organization'] {
  return request.organization ?? (organization === undefined ? undefined : {value: organization, source: 'stored'})
}

/** The credential of one run: kept between runs, renewed when it is due, asked for once whoever waits for it. */
class Credentials {
  readonly #profile: string
  readonly #enrolment: Enrolment
  readonly #store: Store
  #held: Credential
  #asking: Promise<Credential> | undefined

  constructor(profile: string, enrolment: Enrolment, store: Store) {
    this.#profile = profile
    this.#enrolment = enrolment
    this.#store = store
    this.#held = enrolment.credential
  }

  async current(): Promise<Credential> {
    const held = this.#held
    const leftMs = held.expiresAt.getTime() - Date.now()
    if (leftMs > LEEWAY_MS) return held
    return this.#renew().catch((error: unknown) => {
      // While it serves, no fault of the gateway fails a command.
      if (leftMs > 0) return held
      throw error
    })
  }

  /** Another credential after the API has refused one; `undefined`: there is none. */
  async replace(refused: Credential): Promise<Credential | undefined> {
    const stored = this.#store.find(this.#profile)
    if (stored?.deviceToken === this.#enrolment.deviceToken && stored.credential.token !== refused.token)
      return (this.#held = stored.credential) // another run has renewed it
    const renewed = await this.#renew()
    return renewed.token === refused.token ? undefined : renewed
  }

  #renew(): Promise<Credential> {
    this.#asking ??= this.#ask().finally(() => (this.#asking = undefined))
    return this.#asking
  }

  async #ask(): Promise<Credential> {
    const credential = await fetchCredential(this.#enrolment)
    // Signed out meanwhile: the session is over for this run, too.
    if (!this.#store.renew(this.#profile, this.#enrolment, credential)) throw problems.ended(this.#enrolment.gateway)
    return (this.#held = credential)
  }
}
