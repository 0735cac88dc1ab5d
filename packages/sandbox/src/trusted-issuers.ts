import {type DatabaseSync} from 'node:sqlite'
import {createLocalJWKSet, decodeJwt, errors, type JSONWebKeySet, jwtVerify} from 'jose'

interface Trust {
  /** What the tokens of this issuer must be for. */
  readonly audience: string
  keys?: ReturnType<typeof createLocalJWKSet>
}

/** Issuers of organisations whose tokens the API takes besides its own, as a self-hosted service does. */
export class TrustedIssuers {
  readonly #database: DatabaseSync
  readonly #trusts = new Map<string, Trust>()

  constructor(database: DatabaseSync) {
    this.#database = database
  }

  get names(): readonly string[] {
    return [...this.#trusts.keys()]
  }

  add(issuer: string, audience: string): void {
    this.#trusts.set(issuer, {audience})
  }

  /** The user that a token of such an issuer speaks of, by e-mail address. */
  async userOf(token: string): Promise<string | undefined> {
    try {
      const {iss = ''} = decodeJwt(token)
      const trust = this.#trusts.get(iss)
      if (!trust) return undefined
      trust.keys ??= createLocalJWKSet(await keysOf(iss))
      const {payload} = await jwtVerify(token, trust.keys, {issuer: iss, audience: trust.audience})
      return this.#byEmail(String(payload['email'] ?? payload.sub))
    } catch (error) {
      if (error instanceof errors.JOSEError) return undefined
      throw error
    }
  }

  #byEmail(email: string): string | undefined {
    const row = this.#database.prepare('SELECT id FROM user WHERE email = ?').get(email)
    return row ? String(row['id']) : undefined
  }
}

async function keysOf(issuer: string): Promise<JSONWebKeySet> {
  const openid = await fetch(`${issuer}/.well-known/openid-configuration`)
  // An OAuth server without OpenID Connect has RFC 8414's address alone.
  const answer = openid.ok ? openid : await fetch(`${issuer}/.well-known/oauth-authorization-server`)
  const metadata = (await answer.json()) as {jwks_uri: string}
  return (await (await fetch(metadata.jwks_uri)).json()) as JSONWebKeySet
}
