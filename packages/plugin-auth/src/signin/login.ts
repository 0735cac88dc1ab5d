import {EXIT, isProblem, type LoginOptions, type LoginResult, Problem, sourceName} from '@superset/identity'
import type {Binding} from '../model.ts'
import {discover, type ServerMetadata} from '../network/discovery.ts'
import {endingWith} from '../network/http-request.ts'
import {tellingNetworkProblems} from '@superset/identity/network'
import {checkScope} from '../policy.ts'
import {DEFAULT_SCOPE, type Settings, settingsOf} from '../settings.ts'
import {loginWithKey} from './api-key.ts'
import {chooseOrganization} from './choose-organization.ts'
import {signInWithBrowser} from './code-flow.ts'
import type {SignInResult} from './exchange.ts'
import {allowChange} from './holder.ts'
import {loginResult} from './login-result.ts'
import type {LoginPorts, LoginRequest} from './ports.ts'
import {untilCancelled} from './cancellation.ts'
import {cancelled, cancelledAfterwards, loginNotNeeded, noTerminal, noWorkload} from './problems.ts'
import {checkIssuerAccepted} from './protected-resource.ts'
import {rememberSettings} from './remember.ts'
import {revokeRefreshToken} from '../network/revoke.ts'
import type {Organization} from './service.ts'

/**
 * Signs a person in and stores the credential. Nothing of what was stored before changes until the new one is stored.
 * @throws Problem AUTH_* (2, 4, 75, 77, 78, 130), STORE_* (74, 78), NETWORK_*, TLS_*, SERVICE_* (75, 77, 78),
 * ORGANIZATION_UNKNOWN (2; the sign-in itself is kept)
 */
export async function login(request: LoginRequest, options: LoginOptions, ports: LoginPorts): Promise<LoginResult> {
  const {apiKey} = options
  const {workload} = request
  if (workload) throw loginNotNeeded(workload.value.from, sourceName(workload.source))
  // Asked for by a policy that allows nothing else, say.
  if (options.method === 'workload') throw noWorkload()
  if (apiKey !== undefined) return loginWithKey(request, {...options, apiKey}, ports)
  const settings = settingsOf(request, options)
  // Row 86. Whoever says --no-browser or --device, or names a BROWSER, has something that follows the address.
  const followed = options.browser === false || options.method === 'device'
  if (request.agentMode && !ports.openBrowser && !followed) throw noTerminal()
  const {signal} = options
  const {binding, signedIn, storage} = await untilCancelled(
    signal,
    () => authenticate(settings, {request, options, ports}),
    cancelled,
  )
  const {tokens} = signedIn
  try {
    if (signal?.aborted) throw cancelled()
    await ports.commit(storage, binding, {kind: 'oauth', tokens})
  } catch (error) {
    // Row 82. It was proved before that it could be saved; what was there is there still, and the new one is nobody's.
    await giveBack(binding, signedIn, ports)
    throw error
  }

  // From here on the new session is this profile's, whatever becomes of the rest.
  const organization = await untilCancelled(
    signal,
    async () => {
      await ports.retireReplaced()
      await rememberSettings(settings, request)
      return organizationOf(request, options, settings, signedIn, bound(ports, signal))
    },
    cancelledAfterwards,
  )
  return loginResult({binding, scheme: 'bearer', storage, expiresAt: tokens.expiresAt, organization})
}

interface Login {
  readonly request: LoginRequest
  readonly options: LoginOptions
  readonly ports: LoginPorts
}

/** All that comes before anything is stored. Each request of it ends with the signal. */
async function authenticate(settings: Settings, {request, options, ports: given}: Login) {
  const ports = bound(given, options.signal)
  const storage = await ports.probe(options.storage)
  await checkIssuerAccepted(settings, ports.send)
  const metadata = await tellingNetworkProblems(() => discover(settings.issuer, {...ports, homeDir: request.homeDir}))
  const asked = fitted(settings, metadata)
  const signedIn = await signIn(request, options, {settings: asked, metadata, ports})
  const binding = bindingOf(request.profile, asked, metadata, signedIn)
  try {
    checkScope(signedIn.tokens, asked.scope, request)
    await allowChange(request, options, binding, ports)
    if (options.signal?.aborted) throw cancelled()
  } catch (error) {
    // Not with the signal: what ends a sign-in must not keep its tokens from being given back.
    await giveBack(binding, signedIn, given)
    throw error
  }

  return {binding, signedIn, storage}
}

function bound(ports: LoginPorts, signal: AbortSignal | undefined): LoginPorts {
  return {...ports, send: endingWith(signal, ports.send)}
}

interface LoginParts {
  readonly settings: Settings
  readonly metadata: ServerMetadata
  readonly ports: LoginPorts
}

async function signIn(request: LoginRequest, options: LoginOptions, parts: LoginParts): Promise<SignInResult> {
  const signal = options.signal && {signal: options.signal}
  const common = {...parts, tell: request.tell, ...signal}
  await tellHolder(request, options, parts.ports)
  if (usesDevice(request, options, parts)) {
    const {signInWithDevice} = await import('./device-flow.ts')
    return signInWithDevice({...common, terminal: request.interactive})
  }

  const pasteUri = pasteUriOf(parts.settings)
  // Whoever asked for no browser has something that follows the address.
  const elsewhere = !parts.ports.openBrowser && options.browser !== false
  return signInWithBrowser({...common, ...(pasteUri && {pasteUri}), elsewhere})
}

/** Who is signed in is known before somebody else is. */
async function tellHolder(
  {profile, tell}: LoginRequest,
  {replace}: LoginOptions,
  ports: Pick<LoginPorts, 'holder'>,
): Promise<void> {
  const holder = await ports.holder()
  if (!holder) return
  const who = holder.account ?? holder.subject ?? 'somebody'
  const then = replace ? 'whoever signs in now replaces that' : 'another account replaces that only when you say so'
  tell(`Profile ${profile} is signed in as ${who}; ${then}.`)
}

/** Row 78: the device grant where no browser can be started, if the issuer offers it and the policy allows it. */
function usesDevice({policy}: LoginRequest, {browser, method}: LoginOptions, {metadata, ports}: LoginParts): boolean {
  if (method !== undefined) return method === 'device'
  if (browser === false || metadata.deviceAuthorizationEndpoint === undefined) return false
  if (policy?.methods && !policy.methods.includes('device')) return false
  return !ports.openBrowser || metadata.authorizationEndpoint === undefined
}

/** OAuth alone knows no `openid` and its like: what is asked for by default is what such a server says that it has. */
function fitted(settings: Settings, {document, openid}: ServerMetadata): Settings {
  const supported = document['scopes_supported']
  if (openid || settings.scope !== DEFAULT_SCOPE || !Array.isArray(supported)) return settings
  const known = DEFAULT_SCOPE.split(' ').filter((scope) => supported.includes(scope))
  return {...settings, scope: known.join(' ')}
}

/** The service's own page, registered with the service alone. */
function pasteUriOf({apiUrl, issuer, webUrl}: Settings): string | undefined {
  return issuer === apiUrl && webUrl !== undefined ? `${webUrl}/cli/auth/code` : undefined
}

function bindingOf(
  profile: string,
  settings: Settings,
  {tokenEndpoint, revocationEndpoint}: ServerMetadata,
  {account, subject, subjectFrom}: SignInResult,
): Binding {
  const {accessTokenSeconds, apiUrl, audience, clientId, issuer, replayPolicy, resource, scope} = settings
  return {
    ...{profile, issuer, apiUrl, clientId, replayPolicy, tokenEndpoint},
    ...(resource !== undefined && {resource}),
    ...(audience !== undefined && {audience}),
    // At the service a refresh never names a scope: a narrower one would stick to the new token.
    ...(replayPolicy !== 'user' && {scope}),
    ...(settings.scopeOnRefresh && {scope, scopeOnRefresh: true}),
    ...(accessTokenSeconds !== undefined && {accessTokenSeconds}),
    ...(revocationEndpoint !== undefined && {revocationEndpoint}),
    ...(subject !== undefined && {subject, ...(subjectFrom && {subjectFrom})}),
    ...(account !== undefined && {account}),
  }
}

/** The new session is nobody's: end it at the server, too. Its refresh token was never presented, so this is safe. */
async function giveBack(
  {revocationEndpoint, clientId}: Binding,
  {tokens}: SignInResult,
  {send}: LoginPorts,
): Promise<void> {
  const {refreshToken} = tokens
  if (!revocationEndpoint || !refreshToken) return
  await revokeRefreshToken({revocationEndpoint, clientId, refreshToken, send})
}

/** The sign-in is stored by now: only a wish that cannot be fulfilled is an error, not a server that is busy. */
async function organizationOf(
  request: LoginRequest,
  {organization: named}: LoginOptions,
  {apiUrl}: Settings,
  {tokens, organizationClaim}: SignInResult,
  ports: LoginPorts,
): Promise<Organization | undefined> {
  const wish = {
    ...(named !== undefined && {named}),
    ...(organizationClaim !== undefined && {claimed: organizationClaim}),
  }
  const service = {apiUrl, send: ports.send, credential: {scheme: 'bearer', secret: tokens.accessToken}} as const
  try {
    const organization = await chooseOrganization(wish, service)
    if (organization) await ports.rememberOrganization(organization.id)
    return organization
  } catch (error) {
    if (!isProblem(error)) throw error
    if (named !== undefined) throw signedInBut(error)
    request.tell(`Signed in, but your organization is not known yet: ${error.message}`)
    return organizationClaim === undefined ? undefined : {id: organizationClaim}
  }
}

function signedInBut(problem: Problem): Problem {
  return new Problem({
    code: problem.code,
    message: `Signed in, but the organization was not set: ${problem.message}`,
    exit: problem.exit === EXIT.signInNeeded ? EXIT.denied : problem.exit,
    suggestions: ['Choose one with `superset organization switch`.'],
    retryable: false,
    cause: problem,
  })
}
