import {isObject} from '@superset/identity'
/**
 * Reads the claims of a JWT (RFC 7519) without verifying its signature: advice on where a token may go, how long it was
 * granted for and whom it names; never a reason to trust it.
 * @returns no claims for an opaque token
 */
export function peekClaims(token: string): Readonly<Record<string, unknown>> {
  const [, payload, ...rest] = token.split('.')
  if (!payload || rest.length !== 1) return {}
  try {
    const value: unknown = JSON.parse(Buffer.from(payload, 'base64url').toString('utf8'))
    return isObject(value) ? value : {}
  } catch (error) {
    if (error instanceof SyntaxError) return {}
    throw error
  }
}

/** The claims of an access token that say what it belongs to (RFC 7519 4.1, RFC 9068). */
export interface AccessTokenClaims {
  readonly issuer?: string
  readonly subject?: string
  readonly audiences: readonly string[]
  /** Seconds since the epoch, by the server's clock. */
  readonly issuedAt?: number
  readonly expiresAt?: number
}

/** The same, by their names and types. */
export function accessTokenClaims(token: string): AccessTokenClaims {
  const claims = peekClaims(token)
  const audience: readonly unknown[] = Array.isArray(claims['aud']) ? claims['aud'] : [claims['aud']]
  return {
    ...(typeof claims['iss'] === 'string' && {issuer: claims['iss']}),
    ...(typeof claims['sub'] === 'string' && {subject: claims['sub']}),
    audiences: audience.filter((entry) => typeof entry === 'string'),
    ...(Number.isFinite(claims['iat']) && {issuedAt: claims['iat'] as number}),
    ...(Number.isFinite(claims['exp']) && {expiresAt: claims['exp'] as number}),
  }
}
