import {EXIT, Problem} from '@superset/identity'
import type {Send} from '../network/http-request.ts'
import {tellingNetworkProblems} from '../network/network-problem.ts'
import {parseObject, printable} from '../network/answer.ts'
import * as problems from './problems.ts'

/** The few questions that signing in asks of the API. */
export interface Service {
  readonly apiUrl: string
  readonly send: Send
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
  return toPerson(await query(service, 'user.me')) ?? unexpected(service)
}

export async function myOrganizations(service: Service): Promise<readonly Organization[]> {
  const rows = await query(service, 'user.myOrganizations')
  return Array.isArray(rows) ? rows.flatMap((row) => toOrganization(row) ?? []) : unexpected(service)
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
  const answer = parseObject(body)
  if (status === 200 && answer) return resultOf(answer)
  throw serviceProblem(status, answer && messageOf(answer), service)
}

/** `{"result":{"data":{"json":…}}}`: dates are ISO text already, so nothing needs superjson. */
export function resultOf(answer: Readonly<Record<string, unknown>>): unknown {
  return member(member(answer['result'], 'data'), 'json')
}

export function messageOf(answer: Readonly<Record<string, unknown>>): string | undefined {
  return printable(member(member(answer['error'], 'json'), 'message'), 200)
}

function member(value: unknown, name: string): unknown {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>)[name] : undefined
}

function serviceProblem(status: number, message: string | undefined, {apiUrl, credential}: Service): Problem {
  // Row 90: the service throws for a bad key while it builds its context, so the status is 500.
  const badKey = status === 401 || message === 'Invalid API key.'
  if (badKey && credential.scheme === 'api-key') return problems.keyInvalid()
  const why = message ? `: ${message}` : ` (HTTP ${status}).`
  if (status === 401 || status === 403) {
    return new Problem({code: 'SERVICE_DENIED', message: `${apiUrl} refused${why}`, exit: EXIT.denied})
  }

  if (status === 408 || status === 429 || status >= 500 || status === 200) {
    return new Problem({
      code: 'SERVICE_UNAVAILABLE',
      message: `${apiUrl} is temporarily unavailable${why}`,
      exit: EXIT.temporary,
      retryable: true,
      suggestions: ['Run the command again later.'],
    })
  }

  return notTheService(apiUrl, why)
}

function unexpected({apiUrl}: Service): never {
  throw notTheService(apiUrl, ' in a way that is not understood here.')
}

function notTheService(apiUrl: string, why: string): Problem {
  return new Problem({
    code: 'SERVICE_UNEXPECTED',
    message: `${apiUrl} did not answer as the Superset API does${why}`,
    exit: EXIT.configuration,
    suggestions: ['Check SUPERSET_API_URL.'],
  })
}
