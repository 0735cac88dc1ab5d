/** Manners of real issuers that a client has to be told of. All of it can be written as JSON. */
export interface Quirks {
  /** A refresh without `scope` is refused. */
  readonly scopeOnRefresh?: 'refused' | 'required'
  /** The parameter that says what a token is for is `audience`, which may or must be there; `resource` is refused. */
  readonly audience?: 'required' | 'taken'
  /** Refresh tokens stay the same; `silent`: and are not repeated in the answer to a refresh. */
  readonly rotation?: 'off' | 'silent'
  /** No refresh token is granted. */
  readonly refreshToken?: false
  /** A sign-in without a nonce is refused. */
  readonly nonce?: 'required'
  /** The token endpoint refuses without saying why. */
  readonly emptyRefusals?: true
  /** No OpenID Connect: no ID tokens, no scope `openid`, and metadata as in RFC 8414 only. */
  readonly oauthOnly?: true
  /** The one redirect address that is registered, port included where it names one. */
  readonly redirectUri?: string
  /** This claim names the account, in ID tokens and at the userinfo endpoint; its value is the person's name in capitals. */
  readonly accountClaim?: string
  /** Answers say nothing about the lifetime of tokens, and access tokens are opaque. */
  readonly lifetime?: 'unsaid'
}

type Handle = (request: Request) => Promise<Response>

const OPENID_METADATA = '/.well-known/openid-configuration'
const OAUTH_METADATA = '/.well-known/oauth-authorization-server'

/** The provider's own settings that make for the quirks; what it has no setting for is done by `withQuirks`. */
export function quirkySettings({accountClaim, oauthOnly, refreshToken, rotation}: Quirks): Record<string, unknown> {
  return {
    ...(rotation && {rotateRefreshToken: false}),
    ...(refreshToken === false && {issueRefreshToken: () => false}),
    ...(oauthOnly && {issueRefreshToken: () => true}),
    ...(accountClaim && {
      conformIdTokenClaims: false,
      claims: {openid: ['sub'], profile: ['name', accountClaim], email: ['email', 'email_verified']},
      findAccount: (_: unknown, accountId: string) => ({
        accountId,
        claims: () => ({sub: accountId, email: accountId, [accountClaim]: accountId.split('@')[0]?.toUpperCase()}),
      }),
    }),
  }
}

/** A provider behind its manners. */
export function withQuirks(quirks: Quirks, handle: Handle): Handle {
  return async (request) => {
    const {pathname} = new URL(request.url)
    if (pathname === '/auth') return authorize(quirks, request, handle)
    if (pathname === '/token' && request.method === 'POST') return token(quirks, request, handle)
    if (quirks.oauthOnly && pathname === OPENID_METADATA) return new Response(null, {status: 404})
    if (quirks.oauthOnly && pathname === OAUTH_METADATA) return oauthMetadata(await handle(request))
    return handle(request)
  }
}

async function authorize(quirks: Quirks, request: Request, handle: Handle): Promise<Response> {
  const url = new URL(request.url)
  const parameters = url.searchParams
  const redirectUri = parameters.get('redirect_uri') ?? ''
  // As everywhere, an address that is not registered gets no answer: the person is told.
  if (quirks.redirectUri && !isRegistered(redirectUri, quirks.redirectUri)) {
    return new Response('invalid_redirect_uri: the redirect address is not registered\n', {status: 400})
  }

  const scopes = parameters.get('scope')?.split(' ') ?? []
  const refused =
    (quirks.audience && parameters.has('resource') && 'invalid_target') ||
    (quirks.nonce && !parameters.has('nonce') && 'invalid_request') ||
    (quirks.oauthOnly && scopes.includes('openid') && 'invalid_scope')
  if (refused) {
    const back = new URL(redirectUri)
    const answer = {error: refused, state: parameters.get('state') ?? '', iss: url.origin}
    back.search = new URLSearchParams(answer).toString()
    return Response.redirect(back, 302)
  }

  if (quirks.audience) rename(parameters)
  return handle(new Request(url, request))
}

function isRegistered(given: string, registered: string): boolean {
  if (!URL.canParse(given)) return false
  const bare = new URL(given)
  if (new URL(registered).port === '') bare.port = ''
  return bare.href === new URL(registered).href
}

async function token(quirks: Quirks, request: Request, handle: Handle): Promise<Response> {
  const form = new URLSearchParams(await request.text())
  const refresh = form.get('grant_type') === 'refresh_token'
  const answer = refusal(quirks, form, refresh) ?? (await handle(rewritten(request, form, quirks)))
  if (quirks.emptyRefusals && (answer.status === 400 || answer.status === 401)) {
    return new Response(null, {status: answer.status})
  }

  if (answer.status !== 200) return answer
  const body = (await answer.json()) as Record<string, unknown>
  if (refresh && quirks.rotation === 'silent') delete body['refresh_token']
  if (quirks.lifetime === 'unsaid') delete body['expires_in']
  return Response.json(body, {headers: {'cache-control': 'no-store'}})
}

function refusal(quirks: Quirks, form: URLSearchParams, refresh: boolean): Response | undefined {
  const oauth = (error: string, error_description: string) => Response.json({error, error_description}, {status: 400})
  if (quirks.audience && form.has('resource')) return oauth('invalid_target', 'resource is not supported')
  if (quirks.audience === 'required' && !form.has('audience')) return oauth('invalid_request', 'audience is required')
  if (!refresh || !quirks.scopeOnRefresh || form.has('scope') === (quirks.scopeOnRefresh === 'required'))
    return undefined
  return oauth('invalid_scope', `scope is ${quirks.scopeOnRefresh}`)
}

function rewritten(request: Request, form: URLSearchParams, quirks: Quirks): Request {
  if (quirks.audience) rename(form)
  const headers = new Headers(request.headers)
  // The body's length has changed; whoever sends it on counts anew.
  headers.delete('content-length')
  return new Request(request.url, {method: 'POST', headers, body: form.toString()})
}

/** The provider behind knows only `resource`. */
function rename(parameters: URLSearchParams): void {
  const audience = parameters.get('audience')
  parameters.delete('audience')
  if (audience !== null) parameters.set('resource', audience)
}

/** RFC 8414 2, without what is OpenID Connect's. */
async function oauthMetadata(answer: Response): Promise<Response> {
  const document = (await answer.json()) as Record<string, unknown>
  const own = /^(id_token_|userinfo_|claim|acr_|subject_|end_session|backchannel|request_)/
  const kept = Object.entries(document).filter(([name]) => !own.test(name))
  return Response.json({...Object.fromEntries(kept), scopes_supported: ['profile', 'email']})
}
