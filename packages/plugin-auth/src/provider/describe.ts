import {existsSync} from 'node:fs'
import {
  checkOutsideOrigin,
  isProblem,
  type IdentityDescription,
  type IdentityRequest,
  type Problem,
} from '@superset/identity'
import {ledgerFile} from '../ledger/ledger-file.ts'
import type {Candidate, Head, SessionStore} from '../model.ts'
import {peekClaims} from '../jwt-claims.ts'
import {checkUsable} from '../session/check-origin.ts'
import {freshness} from '../session/freshness.ts'
import type {Workspace} from './workspace.ts'

/** What `auth status` prints, from the index and the ledger alone: no keychain, no network, no prompt. */
export async function describe(workspace: Workspace, now: number): Promise<IdentityDescription> {
  const {request} = workspace
  try {
    const [winner, ...hidden] = await workspace.candidates()
    const organization = await workspace.organization()
    const base = {
      profile: request.profile,
      apiUrl: request.apiUrl.value,
      hides: hidden.map((candidate) => candidate.source),
      notes: hidden.length === 0 ? [] : [`It hides ${hidden.map(nameOf).join(' and ')}.`],
      ...(organization && {organization}),
    }
    if (!winner) return {...base, signedIn: false}
    const found = {...base, signedIn: true, source: winner.source}
    if (winner.kind === 'ambient') return {...found, scheme: 'ambient'}
    if (winner.kind === 'workload') {
      const {describeWorkload} = await import('../workload/describe-workload.ts')
      return {...found, ...describeWorkload(winner, request, base.notes)}
    }

    if (winner.kind === 'static') {
      checkOutsideOrigin(winner.source, request)
      return {...found, scheme: winner.scheme, ...describeStatic(winner, now)}
    }

    return {...found, ...(await describeStored(winner, request, base.notes, now))}
  } catch (error) {
    if (!isProblem(error)) throw error
    return {
      profile: request.profile,
      apiUrl: request.apiUrl.value,
      signedIn: false,
      hides: [],
      notes: [],
      problem: problemOf(error),
    }
  }
}

function nameOf(candidate: Candidate): string {
  if (candidate.kind !== 'stored') return candidate.source
  return candidate.credential === 'api-key' ? 'the stored API key' : 'the stored session'
}

function describeStatic(candidate: Extract<Candidate, {kind: 'static'}>, now: number): Partial<IdentityDescription> {
  const {exp} = candidate.scheme === 'bearer' ? peekClaims(candidate.secret) : {}
  if (typeof exp !== 'number') return {renewable: false}
  const expired = exp * 1000 <= now
  return {
    expiresAt: new Date(exp * 1000),
    expired,
    renewable: false,
    reason: 'It came from outside and is used as it is.',
  }
}

async function describeStored(
  {credential, store}: Extract<Candidate, {kind: 'stored'}>,
  request: IdentityRequest,
  notes: readonly string[],
  now: number,
): Promise<Partial<IdentityDescription> & {signedIn: boolean}> {
  const {binding, broken, storage, place} = store
  // Nothing is known of it, where it was bound to least of all.
  if (isProblem(broken)) return {signedIn: false, problem: problemOf(broken)}
  const known = {
    scheme: credential === 'api-key' ? ('api-key' as const) : ('bearer' as const),
    issuer: binding.issuer,
    apiUrl: binding.apiUrl,
    storage: {kind: storage, place, encrypted: storage !== 'file'},
    notes: storage === 'file' ? [...notes, plainText(place)] : [...notes],
    ...(binding.subject !== undefined && {subject: binding.subject}),
    ...(binding.account !== undefined && {account: binding.account}),
  }
  try {
    checkUsable(store, credential, request)
    const head = await store.head()
    if (!head) return {...known, signedIn: false}
    // Its key came with this run: whether it opens the record is known without asking anybody.
    if (storage === 'key') await store.read()
    if (head.keptIn !== undefined) known.notes.push(keptElsewhere(head.keptIn))
    if (head.kind === 'api-key') return {...known, signedIn: true}
    return {...known, signedIn: true, ...(await describeToken(head, store, request.homeDir, now))}
  } catch (error) {
    if (!isProblem(error)) throw error
    return {...known, signedIn: false, problem: problemOf(error)}
  }
}

async function describeToken(
  head: Head,
  store: SessionStore,
  homeDir: string,
  now: number,
): Promise<Partial<IdentityDescription>> {
  const expired = freshness(head, now) === 'expired'
  const lifetime = head.expiresAt === undefined ? {} : {expiresAt: new Date(head.expiresAt), expired}
  if (!head.renewable) {
    return {...lifetime, renewable: false, reason: 'No refresh token was granted.', signedIn: !expired}
  }

  // Without a ledger nothing was ever asked of the token endpoint; looking must not make one.
  if (!existsSync(ledgerFile(homeDir)) && !head.madeElsewhere) return {...lifetime, renewable: true}
  const {whyNotRenewable} = await import('./renewability.ts')
  const reason = await whyNotRenewable(head, store, {homeDir, now, tokenValid: !expired})
  return reason === undefined
    ? {...lifetime, renewable: true}
    : {...lifetime, renewable: false, reason, signedIn: !expired}
}

function problemOf(problem: Problem) {
  return {code: problem.code, message: problem.message, suggestions: problem.suggestions, exit: problem.exit}
}

function keptElsewhere(folder: string): string {
  return `The home could not be written at the last refresh; the session is kept in ${folder}. \`superset doctor --fix\` brings it back.`
}

function plainText(place: string): string {
  return `The session is stored in plain text (${place}); \`superset auth migrate\` moves it to encrypted storage.`
}
