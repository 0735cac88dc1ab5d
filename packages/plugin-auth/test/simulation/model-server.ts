import type {Answer} from '../../src/refresh/classify.ts'
import type {TransportFailure} from '../../src/refresh/ports.ts'

/** What goes wrong with one token request. */
export type ServerFault =
  '429' | '500 after' | '500 before' | '503' | 'cut after' | 'cut before' | 'none' | 'refused' | 'unreachable'

/**
 * The service's token endpoint, as strict as it is: a spent refresh token that is presented, or revoked, again ends
 * every session of the user on every machine.
 */
export class ModelServer {
  valid: string | undefined = 'rt-1'
  /** The user's session on another machine. */
  otherMachine: string | undefined = 'other-rt'
  readonly presented = new Map<string, number>()
  readonly revoked: string[] = []
  requests = 0
  replays = 0
  /** The administrator ended the session: presenting is refused, and that is nobody's fault. */
  endedByServer = false
  #issued = 1
  #spent = new Set<string>()

  /** The server commits: from here on the token is spent, whether or not an answer arrives. */
  process(refreshToken: string, fault: ServerFault): Answer | TransportFailure {
    this.requests++
    if (fault === 'cut before') return lost()
    if (fault === '429') return answer(429, {}, {'retry-after': '1'})
    if (fault === '503') return answer(503, {})
    if (fault === '500 before') return this.#count(refreshToken, answer(500, {}))
    const result = this.#count(refreshToken, this.#rotate(refreshToken))
    if (fault === 'cut after') return lost()
    return fault === '500 after' ? answer(500, {}) : result
  }

  revoke(refreshToken: string): boolean {
    this.revoked.push(refreshToken)
    if (this.#spent.has(refreshToken)) return this.#punish()
    if (refreshToken !== this.valid) return false
    this.#spent.add(refreshToken)
    this.valid = undefined
    return true
  }

  #count(refreshToken: string, result: Answer): Answer {
    this.presented.set(refreshToken, (this.presented.get(refreshToken) ?? 0) + 1)
    return result
  }

  #rotate(refreshToken: string): Answer {
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

  #punish(): false {
    this.valid = undefined
    this.otherMachine = undefined
    return false
  }
}

function answer(status: number, body: unknown, headers: Record<string, string> = {}): Answer {
  return {status, headers: {'content-type': 'application/json', ...headers}, body: Buffer.from(JSON.stringify(body))}
}

function lost(): TransportFailure {
  return {phase: 'sent', kind: 'reset', host: 'model', detail: ''}
}
