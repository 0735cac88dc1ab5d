import {createHash, randomBytes} from 'node:crypto'

export interface Account {
  readonly subject: string
  readonly email: string
}

interface Code {
  readonly account: Account
  readonly challenge: string
  readonly redirectUri: string
  readonly nonce: string | undefined
  used: boolean
}

interface AccessToken {
  readonly account: Account
  readonly expiresAt: number
  accepted: boolean
}

export interface RedeemedGrant {
  readonly account: Account
  readonly nonce?: string
}

/** An error code of RFC 6749 5.2. */
export class Refusal extends Error {
  readonly error: string

  constructor(error: string, message: string) {
    super(message)
    this.error = error
  }
}

/**
 * What the issuer has granted. It is as strict as a real service was seen to be: a refresh token that is presented or
 * revoked a second time ends every session of its user, on all machines.
 */
export class Grants {
  /** Every secret that was ever issued or received, to be searched for in what a provider shows. */
  readonly secrets = new Set<string>()
  /** How often a spent token was presented or revoked; each time all of the user's sessions ended. */
  replays = 0
  readonly #codes = new Map<string, Code>()
  readonly #access = new Map<string, AccessToken>()
  readonly #refresh = new Map<string, {readonly account: Account; live: boolean}>()
  readonly #spent = new Set<string>()

  issueCode(account: Account, parameters: URLSearchParams): string {
    const code = this.#secret('code')
    this.#codes.set(code, {
      account,
      challenge: parameters.get('code_challenge') ?? '',
      redirectUri: parameters.get('redirect_uri') ?? '',
      nonce: parameters.get('nonce') ?? undefined,
      used: false,
    })
    return code
  }

  /** @throws Refusal */
  redeem(form: URLSearchParams): RedeemedGrant {
    const verifier = form.get('code_verifier') ?? ''
    if (verifier) this.secrets.add(verifier)
    const code = this.#codes.get(form.get('code') ?? '')
    if (!code || code.used) throw new Refusal('invalid_grant', 'no such code')
    code.used = true
    const challenge = createHash('sha256').update(verifier).digest('base64url')
    if (challenge !== code.challenge) throw new Refusal('invalid_grant', 'the verifier does not match (RFC 7636 4.6)')
    if (form.get('redirect_uri') !== code.redirectUri) throw new Refusal('invalid_grant', 'another redirect_uri')
    return {account: code.account, ...(code.nonce !== undefined && {nonce: code.nonce})}
  }

  /** Spends a refresh token. @throws Refusal */
  spend(token: string): Account {
    const found = this.#refresh.get(token)
    if (!found) throw new Refusal('invalid_grant', 'no such refresh token')
    if (this.#spent.has(token)) {
      this.#endAll(found.account)
      throw new Refusal('invalid_grant', 'the refresh token was used before')
    }

    if (!found.live) throw new Refusal('invalid_grant', 'the session has ended')
    found.live = false
    this.#spent.add(token)
    return found.account
  }

  revoke(token: string): void {
    const found = this.#refresh.get(token)
    if (!found) return
    if (this.#spent.has(token)) return this.#endAll(found.account)
    found.live = false
    this.#spent.add(token)
  }

  issueRefreshToken(account: Account): string {
    const token = this.#secret('refresh')
    this.#refresh.set(token, {account, live: true})
    return token
  }

  keepAccessToken(token: string, account: Account, expiresAt: number): void {
    this.secrets.add(token)
    this.#access.set(token, {account, expiresAt, accepted: true})
  }

  /** The account that an access token speaks for while it is good. */
  accountOf(token: string): Account | undefined {
    const found = this.#access.get(token)
    return found?.accepted && found.expiresAt > Date.now() ? found.account : undefined
  }

  /** An access token of ours whose time is over. */
  hasExpired(token: string): boolean {
    const found = this.#access.get(token)
    return found !== undefined && found.expiresAt <= Date.now()
  }

  /** The API takes this access token no longer, whatever its time says. */
  reject(token: string): void {
    const found = this.#access.get(token)
    if (found) found.accepted = false
  }

  isLive(refreshToken: string): boolean {
    return this.#refresh.get(refreshToken)?.live === true
  }

  get liveSessions(): number {
    return [...this.#refresh.values()].filter(({live}) => live).length
  }

  #endAll(account: Account): void {
    this.replays += 1
    for (const entry of this.#refresh.values()) if (entry.account.subject === account.subject) entry.live = false
  }

  #secret(kind: string): string {
    const secret = `${kind}-${randomBytes(24).toString('base64url')}`
    this.secrets.add(secret)
    return secret
  }
}
