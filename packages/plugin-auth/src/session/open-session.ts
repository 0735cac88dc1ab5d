import type {Problem} from '@superset/identity'
import {
  boundFetch,
  checkOutsideOrigin,
  EXIT,
  signInNeeded,
  type IdentityRequest,
  type Scheme,
  type Session,
  type Source,
  type Sourced,
} from '@superset/identity'
import {problem} from '../problem.ts'
import type {Binding, Candidate, Generation, SessionStore, StoredSession, Tokens} from '../model.ts'
import {peekClaims} from '../jwt-claims.ts'
import {checkScope} from '../policy.ts'
import {checkUsable} from './check-origin.ts'
import {fetchRenewing} from './fetch-renewing.ts'
import type {TokenKeeper} from './token-keeper.ts'

export interface OpenContext {
  readonly request: IdentityRequest
  readonly organization: Sourced<string> | undefined
  readonly selectOrganization: (id: string) => Promise<void>
}

/** A key or token that came from outside: used as it is, never refreshed, never stored. @throws Problem ORIGIN_UNNAMED */
export function openStatic(candidate: Extract<Candidate, {kind: 'static'}>, context: OpenContext): Session {
  const {scheme, secret, source} = candidate
  checkOutsideOrigin(source, context.request)
  const claims = scheme === 'bearer' ? peekClaims(secret) : {}
  const apiUrl = context.request.apiUrl.value
  const subject = text(claims['sub'])
  const expiresAt = typeof claims['exp'] === 'number' ? new Date(claims['exp'] * 1000) : undefined
  return {
    ...common(context, apiUrl, scheme, source),
    issuer: text(claims['iss']) ?? apiUrl,
    ...(subject && {subject}),
    ...(expiresAt && {expiresAt}),
    fetch: unchanging(apiUrl, attach(scheme, secret)),
    token: () => Promise.resolve(secret),
  }
}

/** Inside a cloud sandbox the network adds the credential: there is nothing of ours to send. */
export function openAmbient(context: OpenContext): Session {
  const apiUrl = context.request.apiUrl.value
  return {
    ...common(context, apiUrl, 'ambient', 'sandbox'),
    issuer: apiUrl,
    fetch: unchanging(apiUrl, {}),
    token: () => Promise.reject(noToken()),
  }
}

/** A stored API key: read once, sent to the origin it belongs to. `undefined`: signed out. */
export async function openStoredKey(store: SessionStore, context: OpenContext): Promise<Session | undefined> {
  checkUsable(store, 'api-key', context.request)
  const stored: StoredSession | undefined = await store.read()
  if (stored?.credential.kind !== 'api-key') return undefined
  const {apiKey} = stored.credential
  const {apiUrl} = store.binding
  return {
    ...common(context, apiUrl, 'api-key', 'stored'),
    ...named(store.binding),
    issuer: store.binding.issuer,
    fetch: unchanging(apiUrl, attach('api-key', apiKey)),
    token: () => Promise.resolve(apiKey),
  }
}

/** A stored session: usable when this returns. `undefined`: signed out. @throws Problem as `TokenKeeper` */
export async function openStoredSession(
  store: SessionStore,
  keeper: TokenKeeper,
  context: OpenContext,
): Promise<Session | undefined> {
  checkUsable(store, 'oauth', context.request)
  const first = await keeper.current()
  if (!first) return undefined
  const askedScope = store.binding.scope ?? context.request.settings?.scope
  const check = <T extends {readonly tokens: Tokens}>(held: T): T => {
    checkScope(held.tokens, askedScope, context.request)
    return held
  }

  check(first)
  const {apiUrl} = store.binding
  const current = async () => check((await keeper.current()) ?? fail(context.request))
  return {
    ...common(context, apiUrl, 'bearer', 'stored'),
    ...named(store.binding),
    issuer: store.binding.issuer,
    ...(first.tokens.expiresAt !== undefined && {expiresAt: new Date(first.tokens.expiresAt)}),
    fetch: fetchRenewing({
      apiUrl,
      current,
      tokenOf: ({tokens}) => tokens.accessToken,
      renewal: ({generation}) =>
        isRenewable(generation)
          ? async () => check((await keeper.replace(generation)) ?? fail(context.request))
          : undefined,
    }),
    token: async () => (await current()).tokens.accessToken,
  }
}

function common(context: OpenContext, apiUrl: string, scheme: Scheme, source: Source) {
  const {organization, request, selectOrganization} = context
  return {apiUrl, profile: request.profile, scheme, source, selectOrganization, ...(organization && {organization})}
}

function named({subject, account}: Binding) {
  return {...(subject !== undefined && {subject}), ...(account !== undefined && {account})}
}

type Credentials = Readonly<Record<string, string>>

/** For a credential that nothing can replace. */
function unchanging(apiUrl: string, credentials: Credentials): Session['fetch'] {
  return boundFetch({
    apiUrl,
    current: () => Promise.resolve(credentials),
    headers: (headers) => headers,
  })
}

function attach(scheme: 'api-key' | 'bearer', secret: string): Credentials {
  return scheme === 'api-key' ? {'x-api-key': secret} : {authorization: `Bearer ${secret}`}
}

function isRenewable(generation: Generation): boolean {
  return generation.digest !== ''
}

function fail(request: IdentityRequest): never {
  throw signInNeeded(request)
}

function noToken(): Problem {
  return problem(
    'AUTH_NO_TOKEN',
    EXIT.configuration,
    'Inside a cloud sandbox the network adds the credential; there is no token to print.',
    [],
  )
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' && value !== '' ? value : undefined
}
