import type {Problem} from '@superset/identity'
import {EXIT, isObject, type Scheme} from '@superset/identity'
import {problem} from '../problem.ts'
import type {Transport} from '../network/http-request.ts'
import {tellingNetworkProblems} from '@superset/identity/network'
import {parseObject, printable} from '../network/answer.ts'
import * as problems from './problems.ts'

/** The few questions that signing in asks of the API. */
export interface Service {
  readonly apiUrl: string
  readonly send: Transport
  readonly credential: {readonly scheme: 'api-key' | 'bearer'; readonly secret: string}
}

export interface Person {
  readonly id: string
  readonly email?: string
  readonly name?: string
}

export interface Organization {
  readonly id: string
  readonly name?: string
  readonly slug?: string
}

/** @throws Problem AUTH_KEY_INVALID (4), NETWORK_*, SERVICE_* (75, 77, 78) */
export async function me(service: Service): Promise<Person> {
  return toPerson(await query(service, 'user.me')) ?? unexpected(service.apiUrl)
}

export async function myOrganizations(service: Service): Promise<readonly Organization[]> {
  const rows = await query(service, 'user.myOrganizations')
  return Array.isArray(rows) ? rows.flatMap((row) => toOrganization(row) ?? []) : unexpected(service.apiUrl)
}

/** The one that the server takes for this person's own, if any. */
export async function myOrganization(service: Service): Promise<Organization | undefined> {
  return toOrganization(await query(service, 'user.myOrganization'))
}

export function toPerson(row: unknown): Person | undefined {
  const {id, email, name} = textMembers(row)
  return id === undefined ? undefined : {id, ...(email && {email}), ...(name && {name})}
}

export function toOrganization(row: unknown): Organization | undefined {
  const {id, name, slug} = textMembers(row)
  return id === undefined ? undefined : {id, ...(name && {name}), ...(slug && {slug})}
}

function textMembers(row: unknown): Readonly<Record<string, string | undefined>> {
  if (typeof row !== 'object' || row === null) return {}
  return Object.fromEntries(Object.entries(row).filter(([, value]) => typeof value === 'string' && value !== ''))
}

/** tRPC in its single form. No organization header: these questions are about the person. */
async function query(service: Service, procedure: string): Promise<unknown> {
  const {apiUrl, send, credential} = service
  const header =
    credential.scheme === 'api-key' ? {'x-api-key': credential.secret} : {authorization: `Bearer ${credential.secret}`}
  const {status, body} = await tellingNetworkProblems(() =>
    send({method: 'GET', url: `${apiUrl}/api/trpc/${procedure}`, headers: {accept: 'application/json', ...header}}),
  )
  return resultOf({status, body}, {apiUrl, scheme: credential.scheme, secret: credential.secret})
}

/** Whom the question went to, and with what. */
export interface ServiceRequest {
  readonly apiUrl: string
  readonly scheme: Scheme
  /** Where the credential came from, for the message about a bad one. */
  readonly from?: string
  /** The credential itself, where it is at hand: an API may repeat it in its words. */
  readonly secret?: string
}

/**
 * `{"result":{"data":{"json":…}}}`: dates are ISO text already, so nothing needs superjson.
 * @throws Problem AUTH_KEY_INVALID (4), SERVICE_* (75, 77, 78)
 */
export function resultOf(
  {status, body}: {readonly status: number; readonly body: Buffer},
  asked: ServiceRequest,
): unknown {
  const answer = parseObject(body)
  if (status === 200 && answer) return member(member(answer['result'], 'data'), 'json')
  const message = printable(
    member(member(answer?.['error'], 'json'), 'message'),
    200,
    asked.secret ? [asked.secret] : [],
  )
  throw serviceProblem(status, message, asked)
}

function member(value: unknown, name: string): unknown {
  return isObject(value) ? value[name] : undefined
}

/** How the service begins to say that it does not take a key, and what that means for its owner. */
const KEY_FAULTS = [
  ['api key is disabled', 'is disabled'],
  ['api key has expired', 'has expired'],
  ['api key has reached its usage limit', 'has reached its usage limit'],
  ['api key not found', undefined],
  ['invalid api key', undefined],
] as const

function serviceProblem(status: number, message: string | undefined, {apiUrl, from, scheme}: ServiceRequest): Problem {
  // Rows 90 and 90b: the service throws for a bad key while it builds its context, so the status is 500.
  const wrong = KEY_FAULTS.find(([start]) => message?.toLowerCase().startsWith(start))
  if (scheme === 'api-key' && (wrong || status === 401)) return problems.keyInvalid(from, wrong?.[1])
  const why = message ? `: ${message}` : ` (HTTP ${status}).`
  if (status === 401 || status === 403) {
    return problem('SERVICE_DENIED', EXIT.denied, `${apiUrl} refused${why}`, [])
  }

  if (status === 408 || status === 429 || status >= 500 || status === 200) {
    return problem('SERVICE_UNAVAILABLE', EXIT.temporary, `${apiUrl} is temporarily unavailable${why}`, [
      'Run the command again later.',
    ])
  }

  return notTheService(apiUrl, why)
}

export function unexpected(apiUrl: string): never {
  throw notTheService(apiUrl, ' in a way that is not understood here.')
}

function notTheService(apiUrl: string, why: string): Problem {
  return problem('SERVICE_UNEXPECTED', EXIT.configuration, `${apiUrl} did not answer as the Superset API does${why}`, [
    'Check the address of the API: --api-url, SUPERSET_API_URL, or the settings of the profile.',
  ])
}
