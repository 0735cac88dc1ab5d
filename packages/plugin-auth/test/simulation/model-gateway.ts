import type {Answer} from '../../src/refresh/classify.ts'
import type {TransportFailure} from '../../src/refresh/ports.ts'
import {answer, type ModelServer} from './model-server.ts'

/** What a gateway answers in the place of its server; `cut`: the connection breaks. */
const BREAKS = ['408', '500', '502', '503', '504', 'cut'] as const
type Break = (typeof BREAKS)[number]

/** `before` and `after` the server has committed. */
export type Fault =
  | `${Break} after`
  | `${Break} before`
  /** The connection ends between the look and the token. */
  | 'closed'
  | 'look fails'
  | 'none'
  | 'quiet'
  | 'quiet for a minute'
  | 'quiet for a second'
  | 'refused'
  | 'unreachable'

export const FAULTS: readonly Fault[] = [
  ...BREAKS.flatMap((kind): readonly Fault[] => [`${kind} before`, `${kind} after`]),
  ...(['closed', 'look fails', 'quiet', 'quiet for a minute', 'quiet for a second', 'refused', 'unreachable'] as const),
]

/** A time in which whatever is asked meets the gateway alone. */
export interface Outage {
  readonly from: number
  readonly until: number
  readonly how: Fault & `${Break} ${string}`
}

/** Leaves it unknown whether the token was spent, although an answer came. */
export const isUncertain = (fault: Fault): boolean => /^(408|500|502|503)/.test(fault)
/** Leaves no answer. */
export const isAmbiguous = (fault: Fault): boolean => /^(504|cut)/.test(fault)

const ISSUER = 'http://127.0.0.1'
const PORTAL = '<!doctype html><title>Hotel</title>'

/** What stands in front of the token endpoint, and keeps count of what passes. */
export class ModelGateway {
  readonly server: ModelServer
  outage: Outage | undefined
  /** How often a token was presented, save where the issuer itself said that it had not looked at it. */
  readonly presented = new Map<string, number>()
  /** When an answer last left it unknown whether the token was spent. */
  readonly uncertainAt = new Map<string, number>()
  requests = 0

  constructor(server: ModelServer) {
    this.server = server
  }

  /** The issuer's metadata. */
  look(fault: Fault, now: number): Answer | TransportFailure {
    if (this.#isOut(now)) return this.outage?.how.startsWith('cut') ? lost() : answer(503, 'no healthy upstream')
    if (fault === 'look fails') return answer(200, PORTAL, {'content-type': 'text/html'})
    return answer(200, {issuer: ISSUER, token_endpoint: `${ISSUER}/token`})
  }

  /** @returns the answer, and the fault that was met */
  token(refreshToken: string, fault: Fault, now: number): {met: Fault; result: Answer | TransportFailure} {
    this.requests++
    const met = this.#isOut(now) ? (this.outage?.how ?? fault) : fault
    if (met === 'quiet') return {met, result: answer(503, {error: 'temporarily_unavailable'})}
    if (met.startsWith('quiet for'))
      return {met, result: answer(429, '', {'x-retry-after': met.endsWith('minute') ? '60' : '1'})}
    this.presented.set(refreshToken, (this.presented.get(refreshToken) ?? 0) + 1)
    if (isUncertain(met)) this.uncertainAt.set(refreshToken, now)
    const committed = met.endsWith('before') ? undefined : this.server.rotate(refreshToken)
    if (met.startsWith('cut')) return {met, result: lost()}
    const status = /^\d+/.exec(met)?.[0]
    if (status)
      return {met, result: answer(Number(status), 'upstream connect error or disconnect/reset before headers')}
    return {met, result: committed ?? lost()}
  }

  get state(): unknown {
    return [this.server.state, [...this.presented], [...this.uncertainAt], this.requests]
  }

  #isOut(now: number): boolean {
    return this.outage !== undefined && now >= this.outage.from && now < this.outage.until
  }
}

function lost(): TransportFailure {
  return {phase: 'sent', kind: 'reset', host: 'model', detail: ''}
}
