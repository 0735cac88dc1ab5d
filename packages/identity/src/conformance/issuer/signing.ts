import {generateKeyPairSync, sign, type KeyObject} from 'node:crypto'

export type Algorithm = 'ES256' | 'RS256'

interface Key {
  readonly privateKey: KeyObject
  readonly publicKey: KeyObject
}

const keys = new Map<Algorithm, Key>()

/** Made at first use: an RSA key takes longer than a whole scenario. */
function keyOf(algorithm: Algorithm): Key {
  const known = keys.get(algorithm)
  if (known) return known
  const made =
    algorithm === 'RS256'
      ? generateKeyPairSync('rsa', {modulusLength: 2048})
      : generateKeyPairSync('ec', {namedCurve: 'P-256'})
  keys.set(algorithm, made)
  return made
}

/** A signed JWT (RFC 7519, RFC 7515). */
export function signJwt(claims: Readonly<Record<string, unknown>>, algorithm: Algorithm): string {
  const header = {alg: algorithm, typ: 'JWT', kid: algorithm}
  const body = [header, claims].map((part) => Buffer.from(JSON.stringify(part)).toString('base64url')).join('.')
  const {privateKey} = keyOf(algorithm)
  // RFC 7518 3.4: the two numbers of an ECDSA signature side by side, not as DER.
  const signature = sign('sha256', Buffer.from(body), {key: privateKey, dsaEncoding: 'ieee-p1363'})
  return `${body}.${signature.toString('base64url')}`
}

/** The JWK set (RFC 7517) that verifies what was signed. */
export function jwks(algorithm: Algorithm): Record<string, unknown> {
  const jwk = keyOf(algorithm).publicKey.export({format: 'jwk'})
  return {keys: [{...jwk, alg: algorithm, use: 'sig', kid: algorithm}]}
}
