import {isProblem} from '@superset/identity'
import type {Change} from '../ledger/ledger.ts'
import type {Binding, StoredSession} from '../model.ts'
import {classifyFailure, classifyPreparation, isTransportFailure} from './classify-failure.ts'
import {classify, type FailedAnswer, type Classification} from './classify.ts'
import {type OptionalParameters, otherParameters, refreshForm, optionalParameters} from './form.ts'
import {keep, keepRest} from './keep.ts'
import {sameGeneration, type Endpoints, type RefreshOutcome, type RefreshPorts, type TransportFailure} from './ports.ts'
import {findWay} from './pre-flight.ts'
import {unavailable} from './reasons.ts'

const TRIES = 3
/**
 * Silence is a finding of this process alone: on a machine where a hundred runs start, its own turn comes late. So it asks on
 * for as long as the runs that wait for it have time, and some of them have begun after it.
 */
const SILENCE_MS = 45_000
/** Servers close idle connections after some seconds, and what lies between forgets them. */
const WAY_LASTS_MS = 10_000
/** G1: a refusal that gives no reason is asked again, but not before this. */
const REFUSAL_WITHOUT_REASON_MS = 15 * 60_000

/** What one attempt keeps to. */
export interface PresentationTerms {
  /** A pause that the server names is sat out when it ends by then, ms since the epoch. */
  readonly patientUntil: number
  /** The access token did not serve any more when this was ordered: somebody waits, with nothing to do meanwhile. */
  readonly awaited: boolean
  readonly slowness: number
  /** When an earlier attempt, of which nothing came, sent this generation. */
  readonly firstSentAt: number | undefined
}

/** Presents the claimed generation: pre-flights, one request (more only where nothing can have been spent), outcome. */
export async function present(
  stored: StoredSession,
  terms: PresentationTerms,
  ports: RefreshPorts,
): Promise<RefreshOutcome> {
  const tokens = stored.credential.kind === 'oauth' ? stored.credential.tokens : undefined
  if (!tokens?.refreshToken) return 'not-allowed'
  const {issuer} = stored.binding
  const rest = ports.ledger.issuerRest(issuer, ports.now())
  if (rest) {
    const reason = rest.reason ?? unavailable(issuer)
    const restMs = rest.until - ports.now()
    if (rest.until > terms.patientUntil) {
      return conclude({kind: 'untouched', again: false, reason, restMs}, stored, terms, ports)
    }

    await ports.sleep(restMs)
  }

  // Storage first, because it costs the server nothing.
  const space = await reserve(stored, ports)
  if ('kind' in space) return conclude(space, stored, terms, ports)
  // Held until the answer is stored: the store saves into the space that it reserved.
  await using _space = space
  const silentUntil = ports.now() + SILENCE_MS * terms.slowness
  const isAwaited = () => terms.awaited || (tokens.expiresAt ?? Number.POSITIVE_INFINITY) <= ports.now()
  const attempt: Attempt = {stored, token: tokens.refreshToken, terms, ports, closes: false}
  for (let tryNumber = 1; ; tryNumber++) {
    const verdict = await findAndAsk(attempt)
    if (verdict.kind === 'overtaken') return stepBack(verdict.by, stored, ports)
    if (verdict.kind === 'tokens') return await keep(verdict.body, stored, ports)
    if (verdict.kind === 'spent') return await keepRest(verdict, tokens, stored, ports)
    const isLast = isSilence(verdict) ? !isAwaited() || ports.now() >= silentUntil : tryNumber >= TRIES
    const pauseMs = isLast ? undefined : pauseBefore(verdict, tryNumber, terms, ports)
    if (pauseMs === undefined) return conclude(verdict, stored, terms, ports)
    // The claim goes on: nobody leaves because of what it has met so far, unless their time is up.
    ports.ledger.record(stored.generation, {phase: 'claimed', reason: verdict.reason}, ports.now())
    restIssuer(verdict, stored.binding, ports, ports.now())
    await ports.sleep(pauseMs)
  }
}

/** One claim's way through several requests. */
interface Attempt {
  readonly stored: StoredSession
  readonly token: string
  readonly terms: PresentationTerms
  readonly ports: RefreshPorts
  /** The server closes its connections after each answer without saying so. */
  closes: boolean
}

/** How long to wait for another try; `undefined`: there is none. */
function pauseBefore(
  verdict: FailedAnswer,
  tryNumber: number,
  terms: PresentationTerms,
  ports: RefreshPorts,
): number | undefined {
  if (verdict.kind !== 'untouched' || !verdict.again) return undefined
  const {restMs} = verdict
  if (restMs === undefined) return backOffMs(Math.min(tryNumber, TRIES), verdict.notBeforeMs ?? 0, ports.random())
  return ports.now() + restMs <= terms.patientUntil ? restMs : undefined
}

function isSilence(verdict: FailedAnswer): boolean {
  return verdict.kind === 'untouched' && verdict.silent === true
}

async function reserve({binding}: StoredSession, {store}: RefreshPorts): Promise<AsyncDisposable | FailedAnswer> {
  try {
    return await store.preflight()
  } catch (error) {
    return classifyPreparation(error, binding)
  }
}

/** Where the token endpoint is may have to be asked first, which fails as the request itself does. */
async function findAndAsk(attempt: Attempt) {
  const {stored, ports} = attempt
  let endpoints: Endpoints
  try {
    endpoints = await ports.discover()
  } catch (error) {
    return classifyPreparation(error, stored.binding)
  }

  return await askAsAllowed(attempt, endpoints)
}

/** Quick for a network that stumbled; 1, 2, 4 s (row 20) for a server that asked for quiet. */
function backOffMs(tryNumber: number, quietMs: number, random: number): number {
  return Math.max(250, quietMs / 4) * 2 ** (tryNumber - 1) * (0.75 + random / 2)
}

/** Rows 8 and 9: what the issuer does not want to hear, or wants to hear, is left out, or said, once. */
async function askAsAllowed(attempt: Attempt, endpoints: Endpoints) {
  const {stored, ports} = attempt
  const usual = optionalParameters(stored.binding)
  const verdict = await askOrFollow(attempt, endpoints, usual)
  if (verdict.kind !== 'untouched' || !verdict.refused) return verdict
  const other = otherParameters(verdict.refused, usual, stored.binding)
  if (!other) return verdict
  ports.ledger.record(stored.generation, {phase: 'untouched'}, ports.now())
  return askOrFollow(attempt, endpoints, other)
}

/** Row 16: a token endpoint that is gone may have moved. The issuer's metadata, read anew once, says where to. */
async function askOrFollow(attempt: Attempt, endpoints: Endpoints, manner: OptionalParameters) {
  const {stored, token, ports} = attempt
  const form = refreshForm(stored.binding, token, manner)
  const verdict = await ask(attempt, form, endpoints)
  if (verdict.kind !== 'untouched' || !verdict.endpointMissing) return verdict
  ports.ledger.record(stored.generation, {phase: 'untouched'}, ports.now())
  const found = await rediscover(ports)
  if (!found || found.tokenEndpoint === endpoints.tokenEndpoint) return verdict
  return ask(attempt, form, found)
}

async function rediscover(ports: RefreshPorts): Promise<Endpoints | undefined> {
  try {
    return await ports.discover(true)
  } catch (error) {
    // No metadata to be had: that the endpoint is missing is the news then.
    if (isProblem(error) || isTransportFailure(error)) return undefined
    throw error
  }
}

/** What is stored is not what was claimed any more. */
interface NewerSession {
  readonly kind: 'overtaken'
  readonly by: 'newer session' | 'sign-out'
}

async function ask(
  attempt: Attempt,
  form: Readonly<Record<string, string>>,
  endpoints: Endpoints,
): Promise<NewerSession | Classification> {
  const {stored, terms, ports} = attempt
  const {generation} = stored
  const {tokenEndpoint} = endpoints
  const binding = {...stored.binding, ...endpoints}
  const state: {overtaken?: NewerSession; sent?: true} = {}
  try {
    const way = await findWay(tokenEndpoint, {binding, closes: attempt.closes}, ports)
    if (way.kind !== 'way') return way
    using line = way.line
    const foundAt = ports.now()
    return classify(
      await line.post({
        url: tokenEndpoint,
        form,
        // Finding and reaching the server takes its time, and a program that knows no lock of ours may have refreshed
        // this very token meanwhile: to present it now would be the replay. What remains is the way to the server.
        async onReady() {
          const head = await ports.store.head()
          if (!head || !sameGeneration(head.generation, generation)) {
            state.overtaken = {kind: 'overtaken', by: head ? 'newer session' : 'sign-out'}
            throw new Error('not sent: the session was replaced')
          }

          const now = ports.now()
          // This process was suspended on the way, or a lid was closed: what was found may be gone.
          if (Math.abs(now - foundAt) > WAY_LASTS_MS) throw stale(tokenEndpoint)
          ports.ledger.sent(generation, isGrace(binding) ? (terms.firstSentAt ?? now) : now)
          state.sent = true
        },
      }),
      binding,
      [form['refresh_token'] ?? ''],
    )
  } catch (error) {
    if (state.overtaken) return state.overtaken
    // The store could not be read any more, or a setting of the network makes no sense.
    if (isProblem(error) && !state.sent) return classifyPreparation(error, binding)
    if (!isTransportFailure(error)) throw error
    // It closed between the look and the token, and said nothing: the next way is one that expects that.
    if (state.sent && error.phase === 'not-sent') attempt.closes = true
    return classifyFailure(error, binding, clockOffsetOf(stored))
  }
}

function stale(url: string): Error & TransportFailure {
  const {host} = new URL(url)
  return Object.assign(new Error('not sent'), {phase: 'not-sent', kind: 'reset', host, detail: ''} as const)
}

function isGrace({replayPolicy}: Binding): boolean {
  return typeof replayPolicy === 'object'
}

/** Nothing was sent: whoever replaced or removed the session has the last word. */
function stepBack(by: NewerSession['by'], {generation}: StoredSession, ports: RefreshPorts): RefreshOutcome {
  ports.ledger.record(generation, {phase: 'untouched'}, ports.now())
  return by === 'sign-out' ? 'signed-out' : 'adopted'
}

function clockOffsetOf({credential}: StoredSession): number {
  return credential.kind === 'oauth' ? credential.tokens.clockOffsetMs : 0
}

/** Writes down what is known of the generation, for this run's waiting siblings and for every later run. */
function conclude(
  verdict: FailedAnswer,
  {binding, generation}: StoredSession,
  terms: PresentationTerms,
  ports: RefreshPorts,
): RefreshOutcome {
  const now = ports.now()
  // Under grace, the entry tells when the window began; else, when the outcome was known.
  const sentAt = isGrace(binding) && isUnsure(verdict) ? ports.ledger.read(generation)?.changedAt : undefined
  ports.ledger.record(generation, toChange(verdict, now), sentAt ?? now)
  restIssuer(verdict, binding, ports, now)
  return 'failed'
}

/** Rows 19 and 23: the pause that the server named is everybody's. */
function restIssuer(verdict: FailedAnswer, {issuer}: Binding, {ledger}: RefreshPorts, now: number): void {
  if ('restMs' in verdict && verdict.restMs !== undefined)
    ledger.restIssuer(issuer, now + verdict.restMs, verdict.reason)
}

function isUnsure({kind}: FailedAnswer): boolean {
  return kind === 'ambiguous' || kind === 'uncertain'
}

function toChange(verdict: FailedAnswer, now: number): Change {
  const {reason} = verdict
  switch (verdict.kind) {
    case 'spent':
      return {phase: 'answered', reason}
    case 'refused':
      return {phase: 'refused', reason, notBefore: verdict.final ? undefined : now + REFUSAL_WITHOUT_REASON_MS}
    case 'untouched':
      return {phase: 'untouched', reason, notBefore: later(now, verdict.restMs ?? verdict.notBeforeMs)}
    case 'ambiguous':
    case 'uncertain':
      return {phase: verdict.kind, reason, notBefore: later(now, verdict.restMs)}
  }
}

function later(now: number, ms: number | undefined): number | undefined {
  return ms === undefined ? undefined : now + ms
}
