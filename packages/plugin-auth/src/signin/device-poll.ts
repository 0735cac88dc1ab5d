import {EXIT, isProblem} from '@superset/identity'
import {setTimeout as delay} from 'node:timers/promises'
import {parseObject, printable, retryAfterMs} from '../network/answer.ts'
import type {ServerMetadata} from '../network/discovery.ts'
import {endingWith, type HttpResponse, type Transport} from '../network/http-request.ts'
import {openidClient} from '../network/openid.ts'
import type {Settings} from '../settings.ts'
import {explain, partyOf, signedIn, targetOf, type SignInResult} from './exchange.ts'
import type {CallbackWait} from './ports.ts'
import * as problems from './problems.ts'

export interface DevicePoll {
  readonly settings: Settings
  readonly metadata: ServerMetadata
  readonly ports: {readonly send: Transport; readonly now: () => number; readonly waiting: CallbackWait}
  readonly deviceCode: string
  readonly intervalMs: number
  /** When the code ends, by `waiting.elapsed`. */
  readonly endsAt: number
  readonly signal?: AbortSignal
}

export const realWaiting: CallbackWait = {
  pause: async (ms, signal) => delay(ms, undefined, {...(signal && {signal})}),
  elapsed: () => performance.now(),
}

const GRANT = 'urn:ietf:params:oauth:grant-type:device_code'
/** RFC 8628 3.5, for this and all later requests. */
const SLOWER_MS = 5000
/** However long the server has been away: a person is waiting, and the code ends. */
const LONGEST_PAUSE_MS = 60_000

type PollResult =
  | {readonly kind: 'done'; readonly signedIn: SignInResult}
  | {readonly kind: 'lost'; readonly retryAfterMs?: number}
  | {readonly kind: 'pending' | 'slow-down'}

/**
 * Asks until the person has decided or the code has ended (RFC 8628 3.4, 3.5). An answer that does not come, or is none,
 * ends nothing: the pause is doubled until one comes again.
 * @throws Problem AUTH_CODE_EXPIRED (4), AUTH_DECLINED (77), AUTH_CANCELLED (130), AUTH_*, TLS_* (75, 77, 78)
 */
export async function waitForTokens(poll: DevicePoll): Promise<SignInResult> {
  const {endsAt, metadata, signal} = poll
  const {elapsed} = poll.ports.waiting
  let {intervalMs} = poll
  let pauseMs = intervalMs
  let lost = false
  for (;;) {
    await pauseFor(Math.min(pauseMs, endsAt - elapsed()), poll)
    if (elapsed() >= endsAt) throw problems.codeExpired(metadata.issuer, metadata.authorizationEndpoint !== undefined)
    const polled = await ask(poll, lost)
    if (polled.kind === 'done') return polled.signedIn
    if (signal?.aborted) throw problems.cancelled()
    lost = polled.kind === 'lost'
    if (polled.kind === 'slow-down') intervalMs += SLOWER_MS
    const doubled = Math.max(Math.min(pauseMs * 2, LONGEST_PAUSE_MS), intervalMs)
    pauseMs = polled.kind === 'lost' ? Math.max(doubled, polled.retryAfterMs ?? 0) : intervalMs
  }
}

async function pauseFor(ms: number, {ports, signal}: DevicePoll): Promise<void> {
  try {
    if (ms > 0) await ports.waiting.pause(ms, signal)
  } catch (error) {
    throw signal?.aborted ? problems.cancelled() : error
  }

  if (signal?.aborted) throw problems.cancelled()
}

async function ask(
  {deviceCode, metadata, ports, settings, signal}: DevicePoll,
  lostBefore: boolean,
): Promise<PollResult> {
  const party = partyOf({metadata, settings})
  const {config, openid, raw} = await openidClient(party, endingWith(signal, ports.send))
  try {
    // Not the library's own loop: one lost packet would end it.
    const answer = await openid.genericGrantRequest(config, GRANT, {device_code: deviceCode, ...targetOf(settings)})
    if (answer.token_type !== 'bearer') {
      throw problems.exchangeRefused(metadata.issuer, 'issued a token of an unsupported type', EXIT.configuration)
    }

    return {
      kind: 'done',
      signedIn: await signedIn(raw(), answer.claims(), {metadata, settings}, ports.send, ports.now()),
    }
  } catch (error) {
    if (signal?.aborted) throw problems.cancelled()
    return judge(error, raw(), {deviceCode, metadata, lostBefore})
  }
}

/** Row 84: what is no decision yet, or no answer at all. @throws Problem for every decision */
function judge(
  error: unknown,
  raw: HttpResponse | undefined,
  {
    deviceCode,
    lostBefore,
    metadata,
  }: {readonly deviceCode: string; readonly metadata: ServerMetadata; readonly lostBefore: boolean},
): PollResult {
  const {issuer} = metadata
  const code = raw && raw.status < 500 ? parseObject(raw.body)?.['error'] : undefined
  switch (code) {
    case 'authorization_pending':
      return {kind: 'pending'}
    case 'slow_down':
      return {kind: 'slow-down'}
    case 'expired_token':
      throw problems.codeExpired(issuer, metadata.authorizationEndpoint !== undefined)
    case 'access_denied':
      throw problems.authorizationRefused(issuer, code, undefined)
    case 'invalid_grant':
      // The code was good for one use, and its answer may be what was lost.
      if (lostBefore) throw problems.notCompleted(issuer, 'Its answer was lost on the way.', error)
  }

  if (raw && isMisplaced(raw.status) && typeof code !== 'string') {
    const where = printable(URL.parse(raw.headers['location'] ?? '', issuer)?.host, 100)
    const why = `answered HTTP ${raw.status}${raw.headers['location'] && where ? `, pointing to ${where},` : ''} where it should say how the sign-in stands`
    throw problems.exchangeRefused(issuer, why, EXIT.configuration, error)
  }

  const explained = explain(error, raw, issuer, [deviceCode])
  if (!isProblem(explained) || explained.code !== 'AUTH_NOT_COMPLETED') throw explained
  const retryAfter = raw && retryAfterMs(raw.headers)
  return {kind: 'lost', ...(retryAfter !== undefined && {retryAfterMs: retryAfter})}
}

/** There is no such endpoint, or it is elsewhere: waiting would not change that. */
function isMisplaced(status: number): boolean {
  return status >= 300 && status < 500 && status !== 408 && status !== 429
}
