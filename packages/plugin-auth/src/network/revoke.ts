import type {Binding} from '../model.ts'
import {parseObject} from './answer.ts'
import {discover} from './discovery.ts'
import {type Transport, send as sendNow} from './http-request.ts'
import {networkFailureIn, openidClient} from './openid.ts'

/**
 * `revoked`: the server confirmed. `refused`: it answered, and knows no such token any more or does not want to.
 * `not-sent`: no byte left. `unknown`: sent, and no answer that says anything.
 */
export type RevocationOutcome = 'not-sent' | 'refused' | 'revoked' | 'unknown'

export interface Revocation {
  readonly revocationEndpoint: string
  readonly clientId: string
  readonly refreshToken: string
  readonly send?: Transport
}

/**
 * RFC 7009: one request, never repeated. A second revocation of the same token counts as a replay at the Superset
 * service and ends every session of the user there; for the same reason the caller must know that the token was never
 * presented. Without the hint the service does not find the token. Never throws for a fault of the network.
 */
export async function revokeRefreshToken(revocation: Revocation): Promise<RevocationOutcome> {
  const {revocationEndpoint, clientId, refreshToken, send = sendNow} = revocation
  // The issuer's name is no part of the request.
  const issuer = new URL(revocationEndpoint).origin
  const party = {issuer, document: {revocation_endpoint: revocationEndpoint}, clientId}
  const {config, openid, raw} = await openidClient(party, send)
  try {
    await openid.tokenRevocation(config, refreshToken, {token_type_hint: 'refresh_token'})
    return 'revoked'
  } catch (error) {
    const failure = networkFailureIn(error)
    if (failure) return failure.phase === 'not-sent' ? 'not-sent' : 'unknown'
    const answer = raw()
    if (!answer) throw error
    return answer.status < 500 && typeof parseObject(answer.body)?.['error'] === 'string' ? 'refused' : 'unknown'
  }
}

interface RevocationRequest {
  readonly binding: Pick<Binding, 'clientId' | 'issuer' | 'revocationEndpoint'>
  readonly refreshToken: string
  readonly homeDir: string
}

/**
 * The same, at the endpoint that the sign-in recorded, or that the issuer's metadata name. Never throws.
 * @returns `unsupported`: the issuer has none
 */
export async function revokeGranted({
  binding,
  homeDir,
  refreshToken,
}: RevocationRequest): Promise<RevocationOutcome | 'unsupported'> {
  const {clientId, issuer} = binding
  try {
    const {revocationEndpoint} = binding.revocationEndpoint === undefined ? await discover(issuer, {homeDir}) : binding
    return revocationEndpoint === undefined
      ? 'unsupported'
      : await revokeRefreshToken({revocationEndpoint, clientId, refreshToken})
  } catch {
    // No metadata, or no such file of ours any more: nothing of the token was sent.
    return 'not-sent'
  }
}
