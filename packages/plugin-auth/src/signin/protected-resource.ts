import type {Transport} from '../network/http-request.ts'
import {NetworkFailure} from '@superset/identity/network'
import {parseObject} from '../network/answer.ts'
import type {Settings} from '../settings.ts'
import {issuerNotAccepted} from './problems.ts'

/**
 * RFC 9728: an API may say whose tokens it takes. If it does and this issuer is not among them, signing in would be for
 * nothing. An API that says nothing, or cannot be reached just now, decides nothing.
 * @throws Problem AUTH_ISSUER_REFUSED (78)
 */
export async function checkIssuerAccepted({apiUrl, issuer}: Settings, send: Transport): Promise<void> {
  // The Superset service is its own issuer.
  if (issuer === apiUrl) return
  const accepted = await publishedIssuers(apiUrl, send)
  if (accepted.length === 0 || accepted.some((one) => bare(one) === bare(issuer))) return
  throw issuerNotAccepted(apiUrl, issuer, accepted)
}

async function publishedIssuers(apiUrl: string, send: Transport): Promise<readonly string[]> {
  try {
    const url = `${apiUrl}/.well-known/oauth-protected-resource`
    const {status, body} = await send({method: 'GET', url, headers: {accept: 'application/json'}})
    const servers = status === 200 ? parseObject(body)?.['authorization_servers'] : undefined
    return Array.isArray(servers) ? servers.filter((one) => typeof one === 'string') : []
  } catch (error) {
    if (error instanceof NetworkFailure) return []
    throw error
  }
}

function bare(issuer: string): string {
  return issuer.replace(/\/$/, '')
}
