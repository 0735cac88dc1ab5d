import {isProblem} from '@superset/identity'
import type {Entry} from '../ledger/judge.ts'
import type {Ledger} from '../ledger/ledger.ts'
import type {Lock} from '../ledger/lock.ts'
import type {SessionStore, Stored} from '../model.ts'

export interface Retirement {
  readonly revocation: 'none' | 'not-sent' | 'revoked'
  readonly reason?: string
  readonly mayLiveUntil?: Date
}

export interface RetirePorts {
  readonly ledger: Pick<Ledger, 'claim' | 'lostAt' | 'read' | 'record' | 'sent'>
  /** The session's refreshing lock. */
  readonly tryLock: () => Promise<Lock | undefined>
  /** RFC 7009. Never throws. A refusal counts as done: the server does not know the token any more. */
  readonly revoke: (stored: Stored, refreshToken: string) => Promise<'not-sent' | 'refused' | 'revoked' | 'unknown'>
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<void>
  readonly holder: string
}

/** How long a logout waits for a refresh in flight before it leaves the rest to that refresh. */
const PATIENCE_MS = 16_000
/** The service's refresh tokens live 30 days from their last rotation. */
const REFRESH_LIFETIME_MS = 30 * 24 * 3600 * 1000

/**
 * Forgets one stored credential for good, here first and then at the server. Revoking is a presentation: revoking a
 * spent token ends every session of the user at the service, so only a generation that was never presented is revoked,
 * once. Refreshers are kept out by their own lock; one that is in flight finds the tombstone when it saves and gives
 * the new token back itself (row 69).
 */
export async function retire(store: SessionStore, ports: RetirePorts): Promise<Retirement> {
  const copied = await isCopy(store)
  const forgotten = await store.forget()
  const refreshToken = refreshTokenOf(forgotten)
  if (!forgotten) return unread(store)
  if (refreshToken === undefined) return {revocation: 'none'}
  // Row 67b: what a copy revokes, the original loses.
  if (copied) return notSent(forgotten, "These credentials are a copy of another machine's, which keeps its session.")
  let lock: Lock | undefined
  try {
    lock = await acquire(ports)
  } catch (error) {
    if (isProblem(error)) return notSent(forgotten, error.message)
    throw error
  }

  using _held = lock
  return await revokeOnce(forgotten, refreshToken, ports, lock !== undefined)
}

/** Where nothing can be looked up or claimed, forgetting is all that is safe. @param why what keeps us from it */
export async function retireBlindly(store: SessionStore, why: string): Promise<Retirement> {
  const forgotten = await store.forget()
  if (!forgotten) return unread(store)
  return refreshTokenOf(forgotten) === undefined ? {revocation: 'none'} : notSent(forgotten, why)
}

async function revokeOnce(
  forgotten: Stored,
  refreshToken: string,
  ports: RetirePorts,
  alone: boolean,
): Promise<Retirement> {
  const entry = ports.ledger.read(forgotten.generation)
  if (entry?.phase === 'revoked') return {revocation: 'revoked'}
  if (!alone) return notSent(forgotten, 'A refresh is in flight; it gives its new token back when it ends.', entry)
  if (!entry && isOlderThan(ports.ledger.lostAt(), forgotten))
    return notSent(forgotten, 'The record of earlier refreshes was damaged, so it may be spent already.')
  if (!wasNeverPresented(entry)) return notSent(forgotten, whyNot(entry), entry)
  // The row is written before the request: should this process die now, nobody presents the token again.
  ports.ledger.claim(forgotten.generation, ports.holder, ports.now())
  ports.ledger.sent(forgotten.generation, ports.now())
  const outcome = await ports.revoke(forgotten, refreshToken)
  ports.ledger.record(forgotten.generation, {phase: outcome === 'not-sent' ? 'untouched' : 'revoked'}, ports.now())
  return outcome === 'revoked' || outcome === 'refused'
    ? {revocation: 'revoked'}
    : notSent(forgotten, outcome === 'not-sent' ? 'The server could not be reached.' : 'The server did not confirm.')
}

function refreshTokenOf(stored: Stored | undefined): string | undefined {
  return stored?.credential.kind === 'oauth' ? stored.credential.tokens.refreshToken : undefined
}

/** What came before a damaged ledger was replaced may have been presented; nobody knows any more. */
function isOlderThan(lostAt: number | undefined, {credential}: Stored): boolean {
  return lostAt !== undefined && credential.kind === 'oauth' && credential.tokens.receivedAt <= lostAt
}

async function isCopy(store: SessionStore): Promise<boolean> {
  try {
    return (await store.head())?.madeElsewhere === true
  } catch (error) {
    // What cannot be read is forgotten all the same, and there is nothing to revoke then.
    if (isProblem(error)) return false
    throw error
  }
}

function wasNeverPresented(entry: Entry | undefined): boolean {
  return !entry || (entry.presented === 0 && (entry.phase === 'claimed' || entry.phase === 'untouched'))
}

function whyNot(entry: Entry | undefined): string {
  return entry?.phase === 'refused'
    ? 'The server had refused this session before.'
    : 'A refresh was not answered, and revoking a token that may be spent could sign you out everywhere.'
}

/** @param entry of a token that was presented: what the server may have granted for it lives on from then */
function notSent(stored: Stored, reason: string, entry?: Entry): Retirement {
  const receivedAt = stored.credential.kind === 'oauth' ? stored.credential.tokens.receivedAt : Date.now()
  const grantedAt = Math.max(receivedAt, entry?.changedAt ?? receivedAt)
  return {revocation: 'not-sent', reason, mayLiveUntil: new Date(grantedAt + REFRESH_LIFETIME_MS)}
}

function unread(store: SessionStore): Retirement {
  return {
    revocation: 'not-sent',
    reason: `What was stored in ${store.place} could not be read, so it could not be revoked.`,
  }
}

async function acquire(ports: RetirePorts): Promise<Lock | undefined> {
  const giveUpAt = ports.now() + PATIENCE_MS
  for (;;) {
    const lock = await ports.tryLock()
    if (lock || ports.now() > giveUpAt) return lock
    await ports.sleep(30)
  }
}
