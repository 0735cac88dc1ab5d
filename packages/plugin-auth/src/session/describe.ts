import {isProblem, type IdentityDescription, type IdentityRequest, type Problem, type Sourced} from '@superset/identity'
import {judge, type Entry} from '../ledger/judge.ts'
import type {Candidate, Head, SessionStore} from '../model.ts'
import {peekClaims} from '../refresh/answer.ts'
import {afterJudgement} from './blocked.ts'
import {freshness} from './freshness.ts'

/** What `auth status` prints, from the index and the ledger alone: no keychain, no network, no prompt. */
export interface DescribeInput {
  readonly request: IdentityRequest
  readonly candidates: readonly Candidate[]
  readonly organization: Sourced<string> | undefined
  /** What the ledger knows of the stored generation. */
  readonly entryOf: (head: Head) => Promise<Entry | undefined>
  readonly now: number
}

export async function describe(input: DescribeInput): Promise<IdentityDescription> {
  const [winner, ...hidden] = input.candidates
  const base = {
    profile: input.request.profile,
    apiUrl: input.request.apiUrl.value,
    hides: hidden.map((candidate) => candidate.source),
    notes: hidden.length === 0 ? [] : [`Hides: ${hidden.map(nameOf).join(', ')}.`],
    ...(input.organization && {organization: input.organization}),
  }
  if (!winner) return {...base, signedIn: false}
  const found = {...base, signedIn: true, source: winner.source}
  if (winner.kind === 'ambient') return {...found, scheme: 'ambient'}
  if (winner.kind === 'static') return {...found, scheme: winner.scheme, ...describeStatic(winner, input.now)}
  return {...found, ...(await describeStored(winner.store, input, base.notes))}
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
  store: SessionStore,
  input: DescribeInput,
  notes: readonly string[],
): Promise<Partial<IdentityDescription> & {signedIn: boolean}> {
  const {binding, storage, place} = store
  const known = {
    scheme: 'bearer' as const,
    issuer: binding.issuer,
    apiUrl: binding.apiUrl,
    storage: {kind: storage, place, encrypted: storage !== 'file'},
    notes: storage === 'file' ? [...notes, plainText(place)] : notes,
    ...(binding.subject !== undefined && {subject: binding.subject}),
    ...(binding.account !== undefined && {account: binding.account}),
  }
  try {
    const head = await store.head()
    if (!head) return {...known, signedIn: false}
    if (head.kind === 'api-key') return {...known, signedIn: true, scheme: 'api-key'}
    return {...known, signedIn: true, ...(await describeToken(head, store, input))}
  } catch (error) {
    if (!isProblem(error)) throw error
    return {...known, signedIn: false, problem: problemOf(error)}
  }
}

async function describeToken(
  head: Head,
  store: SessionStore,
  input: DescribeInput,
): Promise<Partial<IdentityDescription>> {
  const expired = freshness(head, input.now) === 'expired'
  const lifetime = head.expiresAt === undefined ? {} : {expiresAt: new Date(head.expiresAt), expired}
  if (!head.renewable)
    return {...lifetime, renewable: false, reason: 'No refresh token was granted.', signedIn: !expired}
  const entry = await input.entryOf(head)
  const judgement = judge(entry, {
    policy: store.binding.replayPolicy,
    now: input.now,
    tokenValid: !expired,
    replay: false,
    copied: head.madeElsewhere === true,
    runStartedAt: input.now,
  })
  // A claim or a sent request may belong to a refresher that is alive: that is no verdict yet.
  if (judgement.may !== 'never') return {...lifetime, renewable: true}
  const {reason} = afterJudgement(judgement, entry, store.binding)
  return {...lifetime, renewable: false, reason: reason.message, signedIn: !expired}
}

function problemOf(problem: Problem) {
  return {code: problem.code, message: problem.message, suggestions: problem.suggestions, exit: problem.exit}
}

function plainText(place: string): string {
  return `The session is stored in plain text (${place}); \`superset auth migrate\` moves it to encrypted storage.`
}
