import {EXIT, isProblem} from '@superset/identity'
import type {Binding, Tokens} from '../model.ts'
import type {ServerMetadata} from '../network/discovery.ts'
import type {HttpResponse, Transport} from '../network/http-request.ts'
import {networkProblem} from '@superset/identity/network'
import {networkFailureIn, openidClient, type ClientIdentity} from '../network/openid.ts'
import {peekClaims} from '../jwt-claims.ts'
import {parseObject, printable} from '../network/answer.ts'
import {toTokens} from '../refresh/to-tokens.ts'
import type {Settings} from '../settings.ts'
import {accountOf} from './account.ts'
import * as problems from './problems.ts'

/** A sign-in that was answered with a code, and all that is needed to redeem it. */
export interface Redemption {
  readonly metadata: ServerMetadata
  readonly settings: Pick<Settings, 'accessTokenSeconds' | 'accountClaim' | 'audience' | 'clientId' | 'resource'>
  readonly code: string
  readonly redirectUri: string
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export interface SignInResult extends Pick<Binding, 'subject' | 'subjectFrom'> {
  readonly tokens: Tokens
  /** The access token's `sub`, if it names one. */
  readonly apiSubject?: string
  readonly account?: string
  /** The organization that the person chose on the consent page, if the token names one. */
  readonly organizationClaim?: string
}

/**
 * Redeems the code (RFC 6749 4.1.3, RFC 7636) and checks the ID token (nonce, issuer, audience, times). Tried twice
 * where no OAuth answer came: a code is good for one use, so a repetition can at worst be refused.
 * @throws Problem AUTH_NOT_COMPLETED (75), AUTH_REFUSED (4, 78), TLS_* and NETWORK_* (75, 78)
 */
export async function redeem(redemption: Redemption, send: Transport, now: () => number): Promise<SignInResult> {
  try {
    return await redeemOnce(redemption, send, now)
  } catch (error) {
    if (!isProblem(error) || error.code !== 'AUTH_NOT_COMPLETED') throw error
    return redeemOnce(redemption, send, now)
  }
}

async function redeemOnce(redemption: Redemption, send: Transport, now: () => number): Promise<SignInResult> {
  const {metadata, nonce, redirectUri, settings, state, verifier} = redemption
  const {config, openid, raw} = await openidClient(partyOf(redemption), send)
  const callback = new URL(redirectUri)
  // The issuer was checked before; the service's paste page does not show it, yet the library asks for it.
  callback.search = new URLSearchParams({code: redemption.code, state, iss: metadata.issuer}).toString()
  try {
    const answer = await openid.authorizationCodeGrant(
      config,
      callback,
      {
        pkceCodeVerifier: verifier,
        expectedState: state,
        ...(metadata.openid && {expectedNonce: nonce, idTokenExpected: true}),
      },
      targetOf(settings),
    )
    if (answer.token_type !== 'bearer')
      throw problems.exchangeRefused(metadata.issuer, 'issued a token of an unsupported type', EXIT.configuration)
    return await signedIn(raw(), answer.claims(), redemption, send, now())
  } catch (error) {
    throw explain(error, raw(), metadata.issuer, [redemption.code, verifier, nonce, state])
  }
}

/** What every request for tokens says of the API that they are for: RFC 8707, or its elder. */
export function targetOf({audience, resource}: Pick<Settings, 'audience' | 'resource'>): Record<string, string> {
  return {...(resource !== undefined && {resource}), ...(audience !== undefined && {audience})}
}

/** Whom a sign-in speaks with. */
export function partyOf({metadata, settings}: Pick<Redemption, 'metadata' | 'settings'>): ClientIdentity {
  return {issuer: metadata.issuer, document: metadata.document, clientId: settings.clientId}
}

/** Tokens and names, from the raw answer and the checked claims of its ID token. */
export async function signedIn(
  raw: HttpResponse | undefined,
  idClaims: Readonly<Record<string, unknown>> | undefined,
  {metadata, settings}: Pick<Redemption, 'metadata' | 'settings'>,
  send: Transport,
  now: number,
): Promise<SignInResult> {
  const body = (raw && parseObject(raw.body)) ?? {}
  const text = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined)
  const accessToken = text(body['access_token']) ?? ''
  const refreshToken = text(body['refresh_token'])
  const scope = text(body['scope'])
  const tokens = toTokens(
    {
      accessToken,
      ...(refreshToken && {refreshToken}),
      ...(scope && {scope}),
      expiresIn: body['expires_in'],
      ...(raw?.date !== undefined && {serverDate: raw.date}),
    },
    {now, accessTokenSeconds: settings.accessTokenSeconds},
  )
  const {accountClaim} = settings
  const {organizationId, sub} = peekClaims(accessToken)
  const organizationClaim = text(organizationId)
  const apiSubject = text(sub)
  return {
    tokens,
    ...(await accountOf({idClaims, accessToken, accountClaim}, {...metadata, clientId: settings.clientId}, send)),
    ...(text(idClaims?.['sub']) === undefined && {subjectFrom: 'api'}),
    ...(organizationClaim && {organizationClaim}),
    ...(apiSubject && {apiSubject}),
  }
}

/** Row 81, and what is not worth another try. */
export function explain(
  error: unknown,
  raw: HttpResponse | undefined,
  issuer: string,
  secrets: readonly string[],
): unknown {
  if (isProblem(error)) return error
  const failure = networkFailureIn(error)
  if (failure) {
    const problem = networkProblem(failure)
    const passing = problem.exit === EXIT.temporary
    return passing ? problems.notCompleted(issuer, problem.message, error) : problem
  }

  if (!raw) return error
  const body = parseObject(raw.body)
  const code = printable(body?.['error'], 60, secrets)
  if (raw.status >= 500 || raw.status === 429 || raw.status === 408)
    return problems.notCompleted(issuer, `${issuer} answered HTTP ${raw.status}.`, error)
  if (code) {
    const description = printable(body?.['error_description'], 200, secrets)
    const exit = code === 'invalid_grant' ? EXIT.signInNeeded : EXIT.configuration
    return problems.exchangeRefused(issuer, `refused (${code}${description ? `: ${description}` : ''})`, exit, error)
  }

  // A refusal without a body: the code is spent or was never good, and asking again changes nothing.
  if ((raw.status === 400 || raw.status === 401) && raw.body.length === 0)
    return problems.exchangeRefused(issuer, `refused without saying why (HTTP ${raw.status})`, EXIT.signInNeeded, error)
  if (raw.status === 200 && body)
    return problems.exchangeRefused(
      issuer,
      `answered what cannot be accepted (${wordsOf(error, [...secrets, ...tokensIn(body)])})`,
      EXIT.denied,
      error,
    )
  return problems.notCompleted(issuer, `${issuer} answered HTTP ${raw.status} without saying why.`, error)
}

function wordsOf(error: unknown, secrets: readonly string[]): string {
  const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error
  return printable(cause instanceof Error ? cause.message : undefined, 160, secrets) ?? 'malformed'
}

function tokensIn(body: Readonly<Record<string, unknown>>): readonly string[] {
  return Object.values(body).filter((value) => typeof value === 'string')
}
