import {EXIT, isProblem} from '@superset/identity'
import type {Reason} from '../ledger/judge.ts'
import type {Binding, SaveResult, StoredSession, Tokens} from '../model.ts'
import {peekClaims} from '../jwt-claims.ts'
import {scopesBeyond} from '../wider-scope.ts'
import type {FailedAnswer, TokenBody} from './classify.ts'
import type {RefreshOutcome, RefreshPorts} from './ports.ts'
import * as reasons from './reasons.ts'
import {toTokens} from './to-tokens.ts'

const SAVE_TRIES = 3
const SAVE_PAUSE_MS = 500

/** The old token is spent and the new one exists in this memory alone: save first, think afterwards. */
export async function keep(body: TokenBody, stored: StoredSession, ports: RefreshPorts): Promise<RefreshOutcome> {
  const {binding, generation, credential} = stored
  const previous = credential.kind === 'oauth' ? credential.tokens : undefined
  const {accessTokenSeconds} = binding
  if (isSomebodyElse(body, binding)) return setAside(body, reasons.otherSubject(), stored, ports)
  const tokens = toTokens(body, {now: ports.now(), previous, accessTokenSeconds})
  const saved = await save(tokens, stored, ports)
  if (!('outcome' in saved)) return spent(saved, stored, ports)
  if (saved.outcome === 'signed-out' && body.refreshToken) {
    // Row 69: the logout came first. The new token was never presented, so revoking it ends nothing else. A logout that
    // came after the save has the new token, and waits for our lock to revoke it itself.
    const gaveBack = saved.buried !== true && (await ports.giveBack(body.refreshToken))
    ports.ledger.record(generation, {phase: gaveBack ? 'revoked' : 'answered'}, ports.now())
    return 'signed-out'
  }

  // What was granted before is what was asked for: a refresh asks for nothing else.
  const wider = scopesBeyond(previous?.scope, tokens.scope)
  const reason = wider.length > 0 ? reasons.scopeWider(binding.issuer, wider) : undefined
  ports.ledger.record(generation, {phase: isLeft(tokens, stored) ? 'untouched' : 'answered', reason}, ports.now())
  return saved.outcome === 'superseded' ? 'adopted' : 'saved'
}

/** An issuer that does not rotate: the token is as good as it was, and its next record may be presented in its turn. */
function isLeft({refreshToken}: Tokens, {credential}: StoredSession): boolean {
  return credential.kind === 'oauth' && credential.tokens.refreshToken === refreshToken
}

/** Row 31: no access token, but a new refresh token: it is saved beside the old access token and used by the next run. */
export async function keepRest(
  verdict: Extract<FailedAnswer, {kind: 'spent'}>,
  previous: Tokens,
  stored: StoredSession,
  ports: RefreshPorts,
): Promise<RefreshOutcome> {
  if (verdict.unused) return setAside(verdict.unused, verdict.reason, stored, ports)

  if (!verdict.refreshToken) return spent(verdict.reason, stored, ports)
  const tokens = {...previous, refreshToken: verdict.refreshToken}
  const saved = await save(tokens, stored, ports)
  if (!('outcome' in saved)) return spent(saved, stored, ports)
  if (!isLeft(tokens, stored)) return spent(verdict.reason, stored, ports)
  ports.ledger.record(stored.generation, {phase: 'untouched', reason: verdict.reason}, ports.now())
  return 'failed'
}

function spent(reason: Reason, stored: StoredSession, ports: RefreshPorts): RefreshOutcome {
  ports.ledger.record(stored.generation, {phase: 'answered', reason}, ports.now())
  return 'failed'
}

/**
 * Rows 37 and 42: never used, yet not thrown away, for the old token is spent: a sign-out revokes it. What cannot be kept
 * aside is given back at once, or its session would live on at the server with nobody to end it.
 */
async function setAside(
  body: TokenBody,
  reason: Reason,
  stored: StoredSession,
  ports: RefreshPorts,
): Promise<RefreshOutcome> {
  const {generation} = stored
  if (await isKeptAside(toTokens(body, {now: ports.now()}), stored, ports)) return spent(reason, stored, ports)
  const gaveBack = body.refreshToken !== undefined && (await ports.giveBack(body.refreshToken))
  ports.ledger.record(generation, {phase: gaveBack ? 'revoked' : 'answered', reason}, ports.now())
  return 'failed'
}

async function isKeptAside(tokens: Tokens, {generation}: StoredSession, {store}: RefreshPorts): Promise<boolean> {
  if (!store.setAside) return false
  try {
    await store.setAside(generation, tokens)
    return true
  } catch {
    // A failing disk changes nothing of what is said of the session.
    return false
  }
}

/**
 * Row 42: OpenID Connect Core 12.2 compares ID tokens with ID tokens, and nothing else. An access token's `sub` may be
 * another name of the same person, or the client's. Unverified claims are good enough to refuse on: who could forge our
 * own TLS peer could do worse.
 */
function isSomebodyElse({idToken}: TokenBody, {issuer, subject, subjectFrom}: Binding): boolean {
  if (idToken === undefined) return false
  const {iss, sub} = peekClaims(idToken)
  if (subject !== undefined && subjectFrom === undefined && typeof sub === 'string' && sub !== subject) return true
  return typeof iss === 'string' && bare(iss) !== bare(issuer)
}

/** Some write their own address with a slash in one place and without it in another. */
function bare(issuer: string): string {
  return issuer.replace(/\/$/, '')
}

async function save(tokens: Tokens, stored: StoredSession, ports: RefreshPorts): Promise<Reason | SaveResult> {
  for (let tryNumber = 1; ; tryNumber++) {
    try {
      return await ports.store.save(stored.generation, tokens)
    } catch (error) {
      if (tryNumber < SAVE_TRIES) {
        await ports.sleep(SAVE_PAUSE_MS * tryNumber)
        continue
      }

      return isProblem(error) ? reasons.toReason(error) : unsaved(error)
    }
  }
}

function unsaved(error: unknown): Reason {
  const {code} = error as {code?: string}
  return {
    code: 'STORE_SAVE_FAILED',
    message: `Your session was renewed but could not be saved (${code ?? 'unknown fault'}).`,
    exit: EXIT.storage,
    suggestions: ['Run `superset doctor`, then `superset auth login`.'],
    retryable: false,
  }
}
