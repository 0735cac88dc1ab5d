import {EXIT, isProblem} from '@superset/identity'
import {peekClaims} from '../jwt-claims.ts'
import type {Entry, Reason} from '../ledger/judge.ts'
import type {Ledger} from '../ledger/ledger.ts'
import {type Lock, waitForLock} from '../ledger/lock.ts'
import type {Binding, ForgottenSession, Generation, SessionStore, StoredSession, Tokens} from '../model.ts'
import type {RevocationOutcome} from '../network/revoke.ts'
import {replayPolicyOf} from '../settings.ts'

export interface Retirement {
  readonly revocation: 'none' | 'not-sent' | 'revoked'
  readonly reason?: string
  readonly mayLiveUntil?: Date
}

export interface RetirePorts {
  readonly ledger: Pick<Ledger, 'claim' | 'lostAt' | 'read' | 'record' | 'sent'>
  /** The refreshing lock of the token. */
  readonly tryLock: (generation: Generation) => Promise<Lock | undefined>
  /** RFC 7009. Never throws. */
  readonly revoke: (stored: StoredSession, refreshToken: string) => Promise<RevocationOutcome | 'unsupported'>
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly holder: string
}

/** The Superset service's refresh tokens live 30 days from their last rotation. */
const SERVICE_LIFETIME_MS = 30 * 24 * 3600 * 1000
/** How long a logout waits for a refresh in flight before it leaves the rest to that refresh. */
const PATIENCE_MS = 16_000

/**
 * Forgets one stored credential for good, here first and then at the server. Revoking is a presentation: where a replay
 * ends every session of the user, as at the service, only a generation that was never presented is revoked, once.
 * Refreshers are kept out by their own lock; one that is in flight finds the tombstone when it saves and gives the new
 * token back itself (row 69).
 */
export async function retire(store: SessionStore, ports: RetirePorts): Promise<Retirement> {
  const {copied, signedOut} = await look(store)
  const forgotten = await store.forget()
  const refreshToken = refreshTokenOf(forgotten)
  if (!forgotten) return signedOut ? {revocation: 'none'} : unread(store)
  if (refreshToken === undefined) return {revocation: 'none'}
  // Row 67b: what a copy revokes, the original loses.
  if (copied) return notSent(forgotten, "These credentials are a copy of another machine's, which keeps its session.")
  let lock: Lock | undefined
  try {
    lock = await waitForLock(() => ports.tryLock(forgotten.generation), {...ports, patienceMs: PATIENCE_MS})
  } catch (error) {
    if (isProblem(error)) return notSent(forgotten, error.message)
    throw error
  }

  using _held = lock
  const retirement = await revokeOnce(forgotten, refreshToken, ports, lock !== undefined)
  return forgotten.unused ? await revokeUnused(forgotten, forgotten.unused, ports) : retirement
}

/** Where nothing can be looked up or claimed, forgetting is all that is safe. @param why what keeps us from it */
export async function retireBlindly(store: SessionStore, why: string): Promise<Retirement> {
  const {signedOut} = await look(store)
  const forgotten = await store.forget()
  if (!forgotten) return signedOut ? {revocation: 'none'} : unread(store)
  return refreshTokenOf(forgotten) === undefined ? {revocation: 'none'} : notSent(forgotten, why)
}

async function revokeOnce(
  forgotten: StoredSession,
  refreshToken: string,
  ports: RetirePorts,
  alone: boolean,
): Promise<Retirement> {
  const {binding, generation} = forgotten
  const entry = ports.ledger.read(generation)
  if (entry?.phase === 'revoked') return {revocation: 'revoked'}
  if (!alone) return notSent(forgotten, whoIsBusy(entry), entry)
  const why = isReplayHarmless(binding) ? undefined : whyNot(entry, forgotten, ports)
  if (why !== undefined) return notSent(forgotten, why, entry)
  // The row is written before the request: should this process die now, nobody presents the token again.
  ports.ledger.claim(generation, ports.holder, ports.now())
  ports.ledger.sent(generation, ports.now())
  const outcome = await ports.revoke(forgotten, refreshToken)
  if (outcome === 'revoked') ports.ledger.record(generation, {phase: 'revoked'}, ports.now())
  else if (outcome === 'not-sent' || outcome === 'unsupported')
    ports.ledger.record(generation, {phase: 'untouched'}, ports.now())
  else ports.ledger.record(generation, {phase: 'ambiguous', reason: unconfirmed()}, ports.now())
  return outcome === 'revoked' ? {revocation: 'revoked'} : notSent(forgotten, WORDS[outcome], entry)
}

/**
 * What was granted for the stored token, and must not be used, is what lives on at the server: it is its chain's newest
 * token, nobody ever presented it, and nobody else has it.
 */
async function revokeUnused(stored: StoredSession, tokens: readonly string[], ports: RetirePorts): Promise<Retirement> {
  const outcomes: Awaited<ReturnType<RetirePorts['revoke']>>[] = []
  for (const token of tokens) outcomes.push(await ports.revoke(stored, token))
  const failed = outcomes.find((outcome) => outcome !== 'revoked')
  return failed === undefined
    ? {revocation: 'revoked'}
    : notSent(stored, WORDS[failed], ports.ledger.read(stored.generation))
}

/** RFC 7009 2.2: for a token that it does not know, a server answers 200. Whatever else it answers, nothing was revoked. */
const WORDS = {
  'not-sent': 'The server could not be reached.',
  refused: 'The server refused to revoke it.',
  unknown: 'The server did not confirm.',
  unsupported: 'The server has no revocation endpoint.',
} as const

const UNCONFIRMED = 'AUTH_REVOCATION_UNCONFIRMED'

function unconfirmed(): Reason {
  const message = 'It was sent to be revoked before, and the server did not confirm.'
  return {code: UNCONFIRMED, message, exit: EXIT.signInNeeded, suggestions: [], retryable: false}
}

/** What a replay ends is this session at most, and that is what a sign-out is for. */
function isReplayHarmless({replayPolicy}: Binding): boolean {
  return replayPolicy === 'none' || replayPolicy === 'session'
}

function whoIsBusy(entry: Entry | undefined): string {
  return entry?.phase === 'claimed' || entry?.phase === 'sent'
    ? 'A refresh is in flight; it gives its new token back when it ends.'
    : 'Another superset held this session all the while.'
}

function refreshTokenOf(stored: StoredSession | undefined): string | undefined {
  return stored?.credential.kind === 'oauth' ? stored.credential.tokens.refreshToken : undefined
}

/** What came before a damaged ledger was replaced may have been presented; nobody knows any more. */
function isOlderThan(lostAt: number | undefined, {credential}: StoredSession): boolean {
  return lostAt !== undefined && credential.kind === 'oauth' && credential.tokens.receivedAt <= lostAt
}

async function look(store: SessionStore): Promise<{readonly copied: boolean; readonly signedOut: boolean}> {
  try {
    const head = await store.head()
    return {copied: head?.madeElsewhere === true, signedOut: head === undefined}
  } catch (error) {
    // What cannot be read is forgotten all the same, and there is nothing to revoke then.
    if (isProblem(error)) return {copied: false, signedOut: false}
    throw error
  }
}

/** Why the token may be spent, and so must not be presented where that ends more than this session. */
function whyNot(entry: Entry | undefined, forgotten: StoredSession, {ledger}: RetirePorts): string | undefined {
  if (!entry) {
    const isForgotten = isOlderThan(ledger.lostAt(), forgotten)
    return isForgotten ? 'The record of earlier refreshes was damaged, so it may be spent already.' : undefined
  }

  const {phase, presented, reason} = entry
  if (reason?.code === UNCONFIRMED) return reason.message
  if (phase === 'refused') return 'The server had refused this session before.'
  if (phase === 'answered')
    return `It was spent at the last refresh, and what came for it is not here.${reason ? ` ${reason.message}` : ''}`
  if (presented === 0 && (phase === 'claimed' || phase === 'untouched')) return undefined
  return 'A refresh was not answered with a new token, and revoking one that may be spent could sign you out everywhere.'
}

/** @param entry of a token that was presented: what the server may have granted for it lives on from then */
function notSent(stored: ForgottenSession, reason: string, entry?: Entry): Retirement {
  const {binding, credential} = stored
  const isOver = entry?.phase === 'refused' && entry.notBefore === undefined
  if (credential.kind !== 'oauth' || isOver) return {revocation: 'not-sent', reason}
  const {receivedAt} = credential.tokens
  const lifetimeMs = refreshLifetimeMs(credential.tokens, binding)
  if (lifetimeMs === undefined) return {revocation: 'not-sent', reason}
  const grantedAt = Math.max(receivedAt, entry && entry.presented > 0 ? entry.changedAt : receivedAt)
  return {revocation: 'not-sent', reason, mayLiveUntil: new Date(grantedAt + lifetimeMs)}
}

function unread({movedTo, place}: SessionStore): Retirement {
  const now = movedTo === undefined ? '' : `; what is left of it was moved to ${movedTo}`
  return {
    revocation: 'not-sent',
    reason: `What was stored in ${place} could not be read, so it could not be revoked${now}.`,
  }
}

/**
 * How long the issuer lets a refresh token live, in ms, as far as that is known: OAuth has no parameter for it. Some issuers'
 * refresh tokens are JWTs that say so; of the service it is known; of anybody else nothing is claimed.
 */
function refreshLifetimeMs({refreshToken = ''}: Tokens, {apiUrl, issuer, replayPolicy}: Binding): number | undefined {
  const {exp, iat} = peekClaims(refreshToken)
  if (typeof exp === 'number' && typeof iat === 'number' && exp > iat) return (exp - iat) * 1000
  // The service is its own issuer, and known to end all of a user's sessions on a replay.
  return replayPolicy === 'user' && replayPolicyOf(issuer, apiUrl) === 'user' ? SERVICE_LIFETIME_MS : undefined
}
