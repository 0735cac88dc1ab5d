import {isProblem, Problem, type IdentityRequest} from '../../../src/index.ts'
import type {Behaviour} from './behaviour.ts'
import * as problems from './problems.ts'
import {locked, read, write, type Held, type Stored} from './store.ts'

interface TokenAnswer {
  readonly access_token?: unknown
  readonly refresh_token?: unknown
  readonly expires_in?: unknown
  readonly token_type?: unknown
  readonly id_token?: unknown
  readonly error?: unknown
}

/** What the token endpoint said: tokens, or how it ended and whether the token may be presented again. */
type Outcome =
  | {readonly kind: 'failed'; readonly held?: Held; readonly problem: Problem; readonly unavailable?: true}
  | {readonly kind: 'tokens'; readonly answer: TokenAnswer}

/**
 * Renews the token that is no good any more; adopts what another run has renewed meanwhile. That the token is about to
 * be presented is on disk before it is: whoever finds it there knows that the answer was lost.
 * @throws Problem AUTH_*; `undefined`: signed out
 */
export async function renew(
  request: IdentityRequest,
  stale: string,
  behaviour: Behaviour,
): Promise<Stored | undefined> {
  return behaviour.exclusively(request, async () => {
    const stored = await read(request)
    if (!stored || stored.accessToken !== stale) return stored
    throwIfHeld(stored)
    await write(request, {...stored, held: {why: 'lost'}}, behaviour.fileMode)
    const outcome = await present(stored, behaviour)
    return outcome.kind === 'tokens'
      ? keep(request, stored, outcome.answer, behaviour)
      : giveUp(request, stored, outcome, behaviour)
  })
}

function throwIfHeld({held}: Stored): void {
  if (held?.why === 'refused') throw problems.ended()
  if (held?.why === 'lost') throw problems.interrupted()
  if (held?.until !== undefined && held.until > Date.now()) throw busy(held.until)
}

async function present(stored: Stored, behaviour: Behaviour): Promise<Outcome> {
  const {clientId: client_id, refreshToken: refresh_token, apiUrl: resource, tokenEndpoint} = stored
  const body = new URLSearchParams({grant_type: 'refresh_token', refresh_token, client_id, resource})
  try {
    const response = await fetch(tokenEndpoint, {method: 'POST', body, redirect: 'manual'})
    return judge(response, await response.text(), stored)
  } catch (error) {
    if (isRefused(error)) return {kind: 'failed', problem: behaviour.offline()}
    return {kind: 'failed', held: {why: 'lost'}, problem: problems.lost()}
  }
}

function judge(response: Response, text: string, {subject}: Stored): Outcome {
  const {headers, status} = response
  if (headers.get('content-type')?.includes('html') && status < 500)
    return {kind: 'failed', problem: status === 403 ? problems.blocked() : problems.unreachable()}
  if (status === 429 || status === 503) {
    const seconds = Number(headers.get('retry-after') ?? 0)
    const until = Date.now() + seconds * 1000
    if (seconds === 0) return {kind: 'failed', problem: problems.unreachable(), unavailable: true}
    return {kind: 'failed', held: {why: 'busy', until}, problem: busy(until), unavailable: true}
  }

  if (status >= 500) return {kind: 'failed', held: {why: 'lost'}, problem: problems.lost()}
  if (status >= 300 && status < 400)
    return {kind: 'failed', problem: problems.misconfigured('The token endpoint redirects')}
  const answer = parse(text)
  if (!answer) return {kind: 'failed', held: {why: 'lost'}, problem: problems.lost()}
  if (answer.error === 'invalid_client')
    return {kind: 'failed', problem: problems.misconfigured('This client is not known to the issuer')}
  const usable = status === 200 && /^bearer$/i.test(String(answer.token_type)) && isAbout(subject, answer.id_token)
  return usable ? {kind: 'tokens', answer} : {kind: 'failed', held: {why: 'refused'}, problem: problems.ended()}
}

async function keep(
  request: IdentityRequest,
  old: Stored,
  answer: TokenAnswer,
  {fileMode}: Behaviour,
): Promise<Stored | undefined> {
  const {held: _, ...rest} = old
  const renewed: Stored = {
    ...rest,
    accessToken: String(answer.access_token),
    ...(typeof answer.refresh_token === 'string' && {refreshToken: answer.refresh_token}),
    expiresAt: Date.now() + Number(answer.expires_in) * 1000,
  }
  const saved = await locked(request, 'write', async () => {
    // Signed out meanwhile: that is not undone.
    if (!(await read(request))) return false
    await write(request, renewed, fileMode)
    return true
  })
  if (saved) return renewed
  await revoke(renewed)
  return undefined
}

async function giveUp(
  request: IdentityRequest,
  stored: Stored,
  {held, problem, unavailable}: Extract<Outcome, {kind: 'failed'}>,
  behaviour: Behaviour,
): Promise<never> {
  await locked(request, 'write', async () => {
    const {held: _, ...rest} = stored
    if (await read(request)) await write(request, {...rest, ...(held && {held})}, behaviour.fileMode)
    if (unavailable) await behaviour.onUnavailable(request)
  })
  throw behaviour.toThrown(problem, stored)
}

/** @returns whether the issuer confirmed; `undefined`: nothing is known */
export async function revoke({clientId, refreshToken, revocationEndpoint}: Stored): Promise<boolean | undefined> {
  const body = new URLSearchParams({token: refreshToken, token_type_hint: 'refresh_token', client_id: clientId})
  try {
    const {status} = await fetch(revocationEndpoint, {method: 'POST', body, redirect: 'manual'})
    return status === 200
  } catch (error) {
    if (error instanceof TypeError) return undefined
    throw error
  }
}

/** The issuer named a time. */
function busy(until: number): Problem {
  const retryAfterSeconds = Math.ceil((until - Date.now()) / 1000)
  const details = {code: 'AUTH_RATE_LIMITED', exit: 75, retryable: true, retryAfterSeconds} as const
  return new Problem({...details, message: 'The issuer is busy.', suggestions: ['Try again later.']})
}

function parse(text: string): TokenAnswer | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? value : undefined
  } catch {
    return undefined
  }
}

function isAbout(subject: string, idToken: unknown): boolean {
  return typeof idToken !== 'string' || claimsOf(idToken)['sub'] === subject
}

export function claimsOf(jwt: string): Readonly<Record<string, unknown>> {
  const [, payload = ''] = jwt.split('.')
  return JSON.parse(Buffer.from(payload, 'base64url').toString()) as Record<string, unknown>
}

export function isRefused(error: unknown): boolean {
  if (!(error instanceof Error) || isProblem(error)) return false
  const {cause} = error
  return cause instanceof Error && 'code' in cause && cause.code === 'ECONNREFUSED'
}
