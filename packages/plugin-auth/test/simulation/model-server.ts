import type {Answer} from '../../src/refresh/classify.ts'

/**
 * The service's token endpoint, as strict as it is: a spent refresh token that is presented, or revoked, again ends
 * every session of the user on every machine.
 */
export class ModelServer {
  valid: string | undefined = 'rt-1'
  /** The user's session on another machine. */
  otherMachine: string | undefined = 'other-rt'
  readonly revoked: string[] = []
  replays = 0
  /** The administrator ended the session: presenting is refused, and that is nobody's fault. */
  endedByServer = false
  #issued = 1
  readonly #spent = new Set<string>()

  /** The server commits: from here on the token is spent, whether or not an answer arrives. */
  rotate(refreshToken: string): Answer {
    if (this.#spent.has(refreshToken)) {
      this.replays++
      this.#punish()
      return answer(400, {error: 'invalid_grant'})
    }

    if (this.endedByServer || refreshToken !== this.valid) return answer(400, {error: 'invalid_grant'})
    this.#spent.add(refreshToken)
    this.valid = `rt-${++this.#issued}`
    return answer(200, {
      access_token: `at-${this.#issued}`,
      refresh_token: this.valid,
      token_type: 'Bearer',
      expires_in: 600,
    })
  }

  revoke(refreshToken: string): boolean {
    this.revoked.push(refreshToken)
    if (this.#spent.has(refreshToken)) return this.#punish()
    if (refreshToken !== this.valid) return false
    this.#spent.add(refreshToken)
    this.valid = undefined
    return true
  }

  /** All that it knows, for an exploration that tells states apart. */
  get state(): unknown {
    return [this.valid, this.otherMachine, this.revoked, this.replays, this.endedByServer, [...this.#spent]]
  }

  #punish(): false {
    this.valid = undefined
    this.otherMachine = undefined
    return false
  }
}

export function answer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  const text = typeof body === 'string' ? body : JSON.stringify(body)
  return {status, headers: {'content-type': 'application/json', ...headers}, body: Buffer.from(text)}
}
