import type {Configuration} from 'openid-client'
import {fetchOver} from './fetch.ts'
import type {HttpResponse, Transport} from './http-request.ts'
import {NetworkFailure} from '@superset/identity/network'

/** Whom a request goes to, and as which client. */
export interface ClientIdentity {
  readonly issuer: string
  /** Its metadata (RFC 8414), or as much of it as the request needs. */
  readonly document: Readonly<Record<string, unknown>>
  readonly clientId: string
}

/** openid-client for one request. */
export interface OpenidClient {
  readonly openid: typeof import('openid-client')
  readonly config: Configuration
  /** The answer as it came, whatever the library makes of it. */
  readonly raw: () => HttpResponse | undefined
}

/** Clocks of laptops are minutes off; the ID token's times are advice here, not protection. */
const CLOCK_TOLERANCE_SECONDS = 300

/**
 * The library, told to speak through our own network: it says what is sent and judges what comes, and `send` says how, for
 * how long and to whom. Imported here: the steady path of a command never needs it.
 */
export async function openidClient(
  {clientId, document, issuer}: ClientIdentity,
  send: Transport,
): Promise<OpenidClient> {
  const openid = await import('openid-client')
  const client = {[openid.clockTolerance]: CLOCK_TOLERANCE_SECONDS}
  const config = new openid.Configuration({...document, issuer}, clientId, client, openid.None())
  // http was already limited to loopback, by discovery and by every connection.
  openid.allowInsecureRequests(config)
  // `send` has limits of its own, and says which one was reached.
  config.timeout = undefined
  let raw: HttpResponse | undefined
  config[openid.customFetch] = fetchOver(send, (response) => (raw = response))
  return {openid, config, raw: () => raw}
}

/** The library wraps what its `fetch` throws. */
export function networkFailureIn(error: unknown): NetworkFailure | undefined {
  if (error instanceof NetworkFailure) return error
  return error instanceof Error && error.cause !== undefined ? networkFailureIn(error.cause) : undefined
}
