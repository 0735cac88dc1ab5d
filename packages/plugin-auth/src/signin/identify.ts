import type {Problem} from '@superset/identity'
import {EXIT, type Session, sourceName, variableOf} from '@superset/identity'
import {problem} from '../problem.ts'
import {isNetworkFailure, networkProblem, readAnswer, socketFailure} from '@superset/identity/network'
import {type Organization, type Person, resultOf, toOrganization, toPerson, unexpected} from './service.ts'
import {organizationNamed} from './named-organization.ts'

const MOST_BYTES = 1024 ** 2

/**
 * Who the service takes us for, with the credential of this run. To belong to no organization is no fault.
 * @throws Problem AUTH_KEY_INVALID (4), ORGANIZATION_UNKNOWN (1), ORGANIZATION_NOT_MEMBER (77), NETWORK_*, SERVICE_* (75, 77, 78), AUTH_*
 */
export async function identify(
  session: Session,
): Promise<{readonly person: Person; readonly organization: Organization | undefined}> {
  const person = toPerson(await ask(session, 'user.me', {})) ?? unexpected(session.apiUrl)
  const acting = await actingOrganization(session)
  const header: Record<string, string> = acting === undefined ? {} : {'x-superset-organization-id': acting}
  return {person, organization: toOrganization(await ask(session, 'user.myOrganization', header))}
}

const UUID = /^[\da-f]{8}(?:-[\da-f]{4}){3}-[\da-f]{12}$/i

/** Row 91b: a slug or a name, wherever it was written, means the organization of that name; the service takes none but UUIDs. */
async function actingOrganization(session: Session): Promise<string | undefined> {
  const {organization} = session
  if (!organization || UUID.test(organization.value)) return organization?.value
  const rows = await ask(session, 'user.myOrganizations', {})
  const own = Array.isArray(rows) ? rows.flatMap((row) => toOrganization(row) ?? []) : unexpected(session.apiUrl)
  const found = organizationNamed(organization.value, own)
  return found?.id ?? unknownOrganization(organization)
}

async function ask(session: Session, procedure: string, headers: Record<string, string>): Promise<unknown> {
  const {apiUrl, organization, scheme, source} = session
  const {status, body} = await receive(session, procedure, headers)
  if (status === 403 && organization && Object.keys(headers).length > 0) throw notMember(organization)
  return resultOf({status, body}, {apiUrl, scheme, from: sourceName(source)})
}

async function receive(session: Session, procedure: string, headers: Record<string, string>) {
  try {
    const response = await session.fetch(`/api/trpc/${procedure}`, {headers: {accept: 'application/json', ...headers}})
    const body = await readAnswer(response, MOST_BYTES, new URL(session.apiUrl).host)
    return {status: response.status, body}
  } catch (error) {
    // What `fetch` throws for a fault of the network says no more than that; its cause does.
    if (isNetworkFailure(error)) throw networkProblem(error)
    if (!(error instanceof TypeError)) throw error
    throw networkProblem(socketFailure(error.cause, {phase: 'sent', host: new URL(session.apiUrl).host}))
  }
}

interface SignInIdentity {
  readonly source: string
  readonly value: string
}

/** Row 91. */
function notMember({source, value}: SignInIdentity): Problem {
  return problem(
    'ORGANIZATION_NOT_MEMBER',
    EXIT.denied,
    `You are not a member of ${value} (from ${sourceName(source)}).`,
    correct(source),
  )
}

function unknownOrganization({source, value}: SignInIdentity): never {
  throw problem(
    'ORGANIZATION_UNKNOWN',
    EXIT.failed,
    `You are not a member of organization ${value} (from ${sourceName(source)}).`,
    correct(source),
  )
}

function correct(source: string): readonly string[] {
  const variable = variableOf(source)
  return [
    variable !== undefined
      ? `Correct or unset ${variable}.`
      : 'Choose another one with `superset organization switch`.',
    'Run `superset organization list`.',
  ]
}
