import {isObject, type Problem} from '@superset/identity'
import {isNetworkFailure, type NetworkFailure, networkProblem} from '@superset/identity/network'

/** What can go wrong between a request and a result that can be used. */
export type Fault =
  /** The service answered with an error of its own. */
  | {
      readonly kind: 'refused'
      readonly status: number
      readonly message: string
      readonly retryAfterSeconds?: number
      /** What a program can read of it; hosts say more there than in the message. */
      readonly data?: Readonly<Record<string, unknown>>
    }
  /** Something else answered, or the service in another form: a proxy, a portal, an edge. */
  | {
      readonly kind: 'foreign'
      readonly status: number
      readonly requestId?: string
      readonly retryAfterSeconds?: number
    }
  | {readonly kind: 'redirected'; readonly status: number}
  /** Nothing of the request reached the server: DNS, connection, TLS. */
  | {readonly kind: 'unsent'; readonly reason: string; readonly tls: boolean}
  /** The same, where what is wrong is the way there: a proxy, a certificate, a setting. */
  | {readonly kind: 'barred'; readonly problem: Problem}
  /** Sent, or perhaps sent, and not answered in full. */
  | {readonly kind: 'lost'; readonly reason: string}
  /** An answer that was not read to its end. */
  | {readonly kind: 'too-large'; readonly reason: string}

export class ServiceFault extends Error {
  readonly fault: Fault

  constructor(fault: Fault, cause?: unknown) {
    super(`service fault: ${fault.kind}`, {cause})
    this.name = 'ServiceFault'
    this.fault = fault
  }
}

const UNSENT: Readonly<Record<string, string>> = {
  EAI_AGAIN: 'its name cannot be looked up right now',
  ECONNREFUSED: 'the connection was refused',
  EHOSTDOWN: 'the host is down',
  EHOSTUNREACH: 'there is no route to it',
  ENETDOWN: 'the network is down',
  ENETUNREACH: 'the network cannot be reached',
  ENOTFOUND: 'its name is not known',
  UND_ERR_CONNECT_TIMEOUT: 'the connection took too long',
}
/** Codes of OpenSSL and Node for a certificate or handshake that does not hold. */
const TLS = /^(?:ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_|HOSTNAME_MISMATCH)/
const PROXY_REFUSAL = /proxy authentication required|proxy response \(407\)/i
const DEEPEST_CAUSE = 6
/** Characters of an error's text that anything of ours looks at. */
const LONGEST_MESSAGE = 64 * 1024
const LONGEST_ID = 100

/** What a thrown network error means; `undefined` when it is not one. `fetch` hides the reason in a chain of causes. */
export function networkFault(error: unknown): Fault | undefined {
  let cause: unknown = error
  for (let depth = 0; depth < DEEPEST_CAUSE && cause instanceof Error; depth++) {
    const fault = isNetworkFailure(cause) ? faultOfFailure(cause) : faultOfCode(cause)
    if (fault) return fault
    cause = cause.cause
  }

  if (error instanceof TypeError && error.message === 'fetch failed')
    return {kind: 'lost', reason: 'the connection failed'}
  return undefined
}

/** What has a cause with a code is told by that, as it is for sessions that bring a `fetch` of their own. */
function faultOfFailure(failure: NetworkFailure): Fault | undefined {
  const {detail, kind, phase} = failure
  if (kind === 'too-large') return {kind, reason: detail}
  if (/^(?:insecure|proxy|tls)/.test(kind)) return {kind: 'barred', problem: networkProblem(failure)}
  if (failure.cause !== undefined) return undefined
  return phase === 'sent' ? {kind: 'lost', reason: detail} : {kind: 'unsent', reason: detail, tls: false}
}

function faultOfCode(error: NodeJS.ErrnoException): Fault | undefined {
  if (error.name === 'AbortError' || error.name === 'TimeoutError')
    return {kind: 'lost', reason: 'it did not answer in time'}
  // `fetch` hides a proxy's 407, from a tunnel as well as in the place of an answer.
  if (PROXY_REFUSAL.test(error.message)) return {kind: 'foreign', status: 407}
  if (error.message === 'bad port')
    return {kind: 'unsent', reason: 'its port is one that is kept from the web', tls: false}
  const {code, syscall} = error
  if (typeof code !== 'string') return undefined
  if (TLS.test(code)) return {kind: 'unsent', reason: code, tls: true}
  const reason = UNSENT[code] ?? (syscall === 'connect' ? `the connection failed (${code})` : undefined)
  if (reason !== undefined) return {kind: 'unsent', reason, tls: false}
  if (/^(?:E[A-Z]+|UND_ERR_\w+|HPE_\w+)$/.test(code)) return {kind: 'lost', reason: `the connection broke (${code})`}
  return undefined
}

/**
 * Judges an answer in full: `undefined` when it is a result.
 * @param body the parsed JSON; `undefined` when it is not JSON
 */
export function answerFault(response: Pick<Response, 'headers' | 'status'>, body: unknown): Fault | undefined {
  const {status} = response
  if (status >= 300 && status < 400) return {kind: 'redirected', status}
  if (isObject(body) && isObject(body['result']) && status < 300) return undefined
  const {headers} = response
  const retryAfterSeconds = retryAfter(headers)
  const later = retryAfterSeconds === undefined ? {} : {retryAfterSeconds}
  const error = isObject(body) && isObject(body['error']) ? body['error'] : undefined
  const shape = isObject(error?.['json']) ? error['json'] : error
  if (typeof shape?.['message'] === 'string') {
    const data = isObject(shape['data']) ? {data: shape['data']} : {}
    return {kind: 'refused', status, message: shape['message'].slice(0, LONGEST_MESSAGE), ...data, ...later}
  }

  const requestId = shown(headers.get('x-vercel-id') ?? headers.get('x-request-id') ?? headers.get('cf-ray'))
  return {kind: 'foreign', status, ...(requestId !== undefined && {requestId}), ...later}
}

/** An identifier of somebody else's, for a person to pass on. */
function shown(id: string | null): string | undefined {
  return (
    id
      ?.slice(0, LONGEST_ID)
      .replaceAll(/[^\x21-\x7e]+/g, ' ')
      .trim() || undefined
  )
}

/** `undefined` for a web page, or nothing. */
export function parseAnswer(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'))
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** RFC 9110 10.2.3: seconds or a date. */
export function retryAfter(headers: Headers, now = Date.now()): number | undefined {
  const value = (headers.get('retry-after') ?? headers.get('x-retry-after'))?.trim()
  if (!value) return undefined
  if (/^\d+$/.test(value)) return Number(value)
  const date = Date.parse(value)
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000))
}
