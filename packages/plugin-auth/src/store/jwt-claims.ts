/** The claims of an access token that say what it belongs to (RFC 7519 4.1, RFC 9068). */
export interface AccessTokenClaims {
  readonly issuer?: string
  readonly subject?: string
  readonly audiences: readonly string[]
  /** Seconds since the epoch, by the server's clock. */
  readonly issuedAt?: number
  readonly expiresAt?: number
}

/**
 * Reads the claims without verifying the signature: only our own stored token is read so, and only to learn where it
 * may go and how long it was granted for. Never a reason to trust it.
 *
 * @returns `undefined` for an opaque token
 */
export function peekClaims(token: string): AccessTokenClaims | undefined {
  const parts = token.split('.')
  if (parts.length !== 3 || parts[1] === undefined) return undefined
  let value: unknown
  try {
    value = JSON.parse(Buffer.from(parts[1], 'base64url').toString('utf8'))
  } catch {
    return undefined
  }

  if (typeof value !== 'object' || value === null) return undefined
  const claims = value as Record<string, unknown>
  const audience = Array.isArray(claims.aud) ? claims.aud : [claims.aud]
  return {
    ...(typeof claims.iss === 'string' && {issuer: claims.iss}),
    ...(typeof claims.sub === 'string' && {subject: claims.sub}),
    audiences: audience.filter((entry) => typeof entry === 'string'),
    ...(Number.isFinite(claims.iat) && {issuedAt: claims.iat as number}),
    ...(Number.isFinite(claims.exp) && {expiresAt: claims.exp as number}),
  }
}
