import {parseObject} from './answer.ts'
import {type Send, send as sendNow} from './http-request.ts'
import {NetworkFailure} from './network-failure.ts'

/**
 * `revoked`: the server confirmed. `refused`: it answered, and knows no such token any more or does not want to.
 * `not-sent`: no byte left. `unknown`: sent, and no answer that says anything.
 */
export type RevocationOutcome = 'not-sent' | 'refused' | 'revoked' | 'unknown'

export interface Revocation {
  readonly revocationEndpoint: string
  readonly clientId: string
  readonly refreshToken: string
  readonly send?: Send
}

/**
 * RFC 7009: one request, never repeated. A second revocation of the same token counts as a replay at the Superset
 * service and ends every session of the user there; for the same reason the caller must know that the token was never
 * presented. Without the hint the service does not find the token. Never throws for a fault of the network.
 */
export async function revokeRefreshToken(revocation: Revocation): Promise<RevocationOutcome> {
  const {revocationEndpoint, clientId, refreshToken, send = sendNow} = revocation
  const form = {token: refreshToken, token_type_hint: 'refresh_token', client_id: clientId}
  try {
    const {status, body} = await send({
      method: 'POST',
      url: revocationEndpoint,
      headers: {accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded'},
      body: new URLSearchParams(form).toString(),
    })
    if (status === 200) return 'revoked'
    return status < 500 && typeof parseObject(body)?.['error'] === 'string' ? 'refused' : 'unknown'
  } catch (error) {
    if (error instanceof NetworkFailure) return error.phase === 'not-sent' ? 'not-sent' : 'unknown'
    throw error
  }
}
