import {setTimeout as delay} from 'node:timers/promises'
import {EXIT, isProblem, type Session, type WorkloadSettings} from '@superset/identity'
import {githubRequestUrl} from '../env.ts'
import {accessTokenClaims, peekClaims} from '../jwt-claims.ts'
import type {Tokens} from '../model.ts'
import {discover} from '../network/discovery.ts'
import {type Transport, send as sendNow} from '../network/http-request.ts'
import {NetworkFailure, networkProblem} from '@superset/identity/network'
import {checkScope} from '../policy.ts'
import {fetchRenewing} from '../session/fetch-renewing.ts'
import type {OpenContext} from '../session/open-session.ts'
import {DEFAULT_SCOPE, settingsOf} from '../settings.ts'
import {type Exchange, exchangeToken, RetryLater} from './exchange-token.ts'
import {subjectToken, type SubjectTokenPorts} from './subject-token.ts'
import {WorkloadKeeper} from './workload-keeper.ts'

export interface WorkloadPorts {
  readonly send: Transport
  readonly now: () => number
  readonly pause: (ms: number) => Promise<unknown>
  readonly githubUrl: SubjectTokenPorts['githubUrl']
}

/** Before the second try and before the third. */
const PAUSES_MS = [500, 2000]
/** No server may keep a whole job waiting for longer than this. */
const LONGEST_PAUSE_MS = 10_000

/**
 * A session for the identity of the machine that this runs on (RFC 8693). Nothing is stored; one exchange serves the run.
 * @throws Problem WORKLOAD_* (75, 77, 78), AUTH_*, CONFIG_*, NETWORK_*, TLS_* (75, 78)
 */
export async function openWorkload(
  workload: WorkloadSettings,
  context: OpenContext,
  ports: WorkloadPorts = {send: sendNow, now: Date.now, pause: delay, githubUrl: githubRequestUrl()},
): Promise<Session> {
  const {organization, request, selectOrganization} = context
  const {apiUrl, issuer} = settingsOf(request)
  const keeper = new WorkloadKeeper(() => exchange(workload, context, ports), ports.now)
  const {accessToken, expiresAt} = await keeper.current()
  const {subject} = accessTokenClaims(accessToken)
  const account = accountOf(accessToken)
  const tokenOf = (held: Tokens): string => held.accessToken
  return {
    ...{issuer, apiUrl, profile: request.profile, scheme: 'bearer', source: 'workload', selectOrganization},
    ...(subject !== undefined && {subject}),
    ...(account !== undefined && {account}),
    ...(organization && {organization}),
    ...(expiresAt !== undefined && {expiresAt: new Date(expiresAt)}),
    fetch: fetchRenewing({
      apiUrl,
      current: () => keeper.current(),
      tokenOf,
      renewal: (refused) => keeper.renewal(refused),
    }),
    token: async () => tokenOf(await keeper.current()),
  }
}

function accountOf(accessToken: string): string | undefined {
  const {email, preferred_username: userName} = peekClaims(accessToken)
  return [email, userName].find((name) => typeof name === 'string' && name !== '') as string | undefined
}

/** Fetches the workload's token and exchanges it; what may pass is tried three times. */
async function exchange(workload: WorkloadSettings, {request}: OpenContext, ports: WorkloadPorts): Promise<Tokens> {
  const {issuer, ...parameters} = parametersOf(request)
  const audience = workload.audience ?? issuer
  for (const pauseMs of [...PAUSES_MS, undefined]) {
    try {
      const {tokenEndpoint} = await discover(issuer, {homeDir: request.homeDir, send: ports.send, now: ports.now})
      const shown = await subjectToken(workload.from, audience, {...ports, secrets: request.secrets})
      const asked = {issuer, tokenEndpoint, ...parameters, subjectToken: shown}
      const tokens = await exchangeToken(asked, ports.send, ports.now)
      // Where no scope is asked for, the issuer decides, and nothing is wider.
      if (asked.scope !== undefined) checkScope(tokens, asked.scope, request)
      return tokens
    } catch (error) {
      if (pauseMs === undefined || !mayPass(error)) throw told(error)
      const named = error instanceof RetryLater ? error.retryAfterMs : undefined
      if (named !== undefined && named > LONGEST_PAUSE_MS) throw told(error)
      await ports.pause(named ?? pauseMs)
    }
  }

  throw new Error('the last try returns or throws')
}

function parametersOf(request: OpenContext['request']): Omit<Exchange, 'subjectToken' | 'tokenEndpoint'> {
  const {accessTokenSeconds, audience, clientId, issuer, resource, scope} = settingsOf(request)
  // A refresh token would have to be kept; and what a person is asked for by default says nothing about a machine.
  const words = scope === DEFAULT_SCOPE ? [] : scope.split(' ').filter((word) => word !== 'offline_access')
  return {
    ...{clientId, issuer},
    ...(resource !== undefined && {resource}),
    ...(audience !== undefined && {audience}),
    ...(words.length > 0 && {scope: words.join(' ')}),
    ...(accessTokenSeconds !== undefined && {accessTokenSeconds}),
  }
}

function mayPass(error: unknown): boolean {
  if (error instanceof RetryLater) return true
  const problem = told(error)
  return isProblem(problem) && problem.exit === EXIT.temporary
}

function told(error: unknown): unknown {
  if (error instanceof RetryLater) return error.cause
  return error instanceof NetworkFailure ? networkProblem(error) : error
}
