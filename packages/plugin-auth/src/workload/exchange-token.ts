import {isProblem} from '@superset/identity'
import {parseObject, printable, retryAfterMs} from '../network/answer.ts'
import type {HttpResponse, Transport} from '../network/http-request.ts'
import {networkFailureIn, openidClient} from '../network/openid.ts'
import type {Tokens} from '../model.ts'
import {toTokens} from '../refresh/to-tokens.ts'
import {exchangeUnsupported, identityRefused, unavailable} from './workload-problems.ts'

/** RFC 8693 2.1: a workload's token for a token of the issuer. */
export interface Exchange {
  readonly issuer: string
  readonly tokenEndpoint: string
  readonly clientId: string
  readonly subjectToken: string
  /** RFC 8707. */
  readonly resource?: string
  readonly audience?: string
  readonly scope?: string
  /** For an issuer that does not say how long its tokens live. */
  readonly accessTokenSeconds?: number
}

const GRANT = 'urn:ietf:params:oauth:grant-type:token-exchange'
const JWT = 'urn:ietf:params:oauth:token-type:jwt'
const ACCESS_TOKEN = 'urn:ietf:params:oauth:token-type:access_token'

/** Another try may help; when, if the server said so. */
export class RetryLater extends Error {
  readonly retryAfterMs: number | undefined

  constructor(problem: Error, wait?: number) {
    super(problem.message, {cause: problem})
    this.retryAfterMs = wait
  }
}

/**
 * One exchange. It spends nothing: the workload's token serves as often as it likes, so a repetition costs nothing.
 * @throws NotNow; NetworkFailure; Problem WORKLOAD_REFUSED (77), WORKLOAD_UNSUPPORTED (78)
 */
export async function exchangeToken(exchange: Exchange, send: Transport, now: () => number): Promise<Tokens> {
  const {audience, clientId, issuer, resource, scope, subjectToken, tokenEndpoint} = exchange
  const {config, openid, raw} = await openidClient({issuer, document: {token_endpoint: tokenEndpoint}, clientId}, send)
  const parameters = {
    ...{requested_token_type: ACCESS_TOKEN, subject_token: subjectToken, subject_token_type: JWT},
    ...(resource !== undefined && {resource}),
    ...(audience !== undefined && {audience}),
    ...(scope !== undefined && {scope}),
  }
  try {
    const body = await openid.genericGrantRequest(config, GRANT, parameters)
    // RFC 8693 2.2.1: `N_A` stands for a token that is not an access token, and nothing else is understood here.
    if (body.token_type !== 'bearer') throw unsupportedType(issuer)
    const serverDate = raw()?.date
    // What else came, such as a refresh token, is left: nothing of this outlives the run.
    return toTokens(
      {
        accessToken: body.access_token,
        expiresIn: body.expires_in,
        ...(body.scope !== undefined && {scope: body.scope}),
        ...(serverDate !== undefined && {serverDate}),
      },
      {now: now(), accessTokenSeconds: exchange.accessTokenSeconds},
    )
  } catch (error) {
    const answer = raw()
    throw isProblem(error) ? error : (networkFailureIn(error) ?? (answer ? refusal(answer, exchange, now()) : error))
  }
}

function unsupportedType(issuer: string): Error {
  return exchangeUnsupported(issuer, 'issued a token of an unsupported type')
}

/** RFC 8693 2.2.2 and RFC 6749 5.2. */
function refusal(answer: HttpResponse, exchange: Exchange, now: number): Error {
  const {audience, clientId, issuer, resource, subjectToken} = exchange
  const {status} = answer
  if (status >= 500 || status === 429 || status === 408) {
    return new RetryLater(unavailable(issuer, `HTTP ${status}`), retryAfterMs(answer.headers, now))
  }

  const body = parseObject(answer.body)
  const error = printable(body?.['error'], 60, [subjectToken])
  const description = printable(body?.['error_description'], 200, [subjectToken])
  const why = description === undefined ? `${error}` : `${error}: ${description}`
  switch (error) {
    case undefined:
      break
    case 'unsupported_grant_type':
    case 'unauthorized_client':
    case 'invalid_client':
      return exchangeUnsupported(issuer, `does not exchange tokens for the client ${clientId} (${why})`)
    case 'invalid_target':
      return exchangeUnsupported(issuer, `issues no tokens for ${resource ?? audience ?? 'this API'} (${why})`)
    case 'invalid_scope':
      return exchangeUnsupported(issuer, `does not grant the scope that the settings name (${why})`)
    case 'temporarily_unavailable':
    case 'server_error':
      return new RetryLater(unavailable(issuer, why))
    default:
      return identityRefused(issuer, why, subjectToken, now)
  }

  return withoutCode(answer, exchange, now)
}

/** No OAuth error (RFC 6749 5.2), and no token either. */
function withoutCode(
  {body, headers, status}: HttpResponse,
  {issuer, subjectToken, tokenEndpoint}: Exchange,
  now: number,
): Error {
  const type = parseObject(body)?.['token_type']
  if (status === 200 && typeof type === 'string' && !/^bearer$/i.test(type)) return unsupportedType(issuer)
  if (status === 200) return new RetryLater(unavailable(issuer, 'its answer is no token'))
  if (status === 401 || status === 403) return identityRefused(issuer, `HTTP ${status}`, subjectToken, now)
  const host = URL.parse(headers['location'] ?? '', tokenEndpoint)?.host
  return status >= 300 && status < 400
    ? exchangeUnsupported(
        issuer,
        `sends the token request on to ${printable(host, 100) ?? 'nowhere'}; that is not followed`,
      )
    : exchangeUnsupported(issuer, `has no token endpoint at ${tokenEndpoint} (HTTP ${status})`)
}
