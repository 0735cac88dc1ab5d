import type {Session, Source} from '@superset/identity'
import {EXIT, Problem, sourceName, variableOf} from '@superset/identity'
import {boolean, type InferOutput} from 'valibot'
import {maybeEnum, maybeText, read, readList, row, text} from './answer.ts'
import type {Api} from './client.ts'
import {allNamed, isUuid, type Kind, match} from './names.ts'

export const Organization = row({id: text, name: text, slug: text})
export type Organization = InferOutput<typeof Organization>

/** `active`: true for the one that commands act on. */
export const ListedOrganization = row({...Organization.entries, active: boolean()})
export type ListedOrganization = InferOutput<typeof ListedOrganization>

export const Member = row({
  id: text,
  name: maybeText,
  email: maybeText,
  image: maybeText,
  role: maybeEnum(['owner', 'admin', 'member']),
})
export type Member = InferOutput<typeof Member>

const ORGANIZATION: Kind<Organization> = {
  noun: 'organization',
  unknownCode: 'ORGANIZATION_UNKNOWN',
  list: 'superset organization list',
  isId: isUuid,
  idOf: ({id}) => id,
  namesOf: ({name, slug}) => [slug, name],
}

export interface MemberFilter {
  readonly search?: string | undefined
  readonly limit?: number | undefined
}

/** Works whatever organization is chosen, so that a stale choice locks nobody out: call it without the header. */
export async function listOrganizations(api: Api): Promise<ListedOrganization[]> {
  const chosen = api.session.organization?.value
  const [rows, current] = await Promise.all([
    memberships(api),
    chosen === undefined ? api.query('user.myOrganization') : undefined,
  ])
  const active = chosen ?? (current ? read(Organization, current, 'user.myOrganization').id : undefined)
  const [found, another] = active === undefined ? [] : allNamed(active, rows, ORGANIZATION)
  return rows.map((one) => ({...one, active: one === found && another === undefined}))
}

/**
 * @param wanted id, slug or name
 * @param source who named it, where that was not the command itself
 * @throws Problem ORGANIZATION_UNKNOWN (1), NAME_AMBIGUOUS (2)
 */
export async function findOrganization(api: Api, wanted: string, source?: Source): Promise<Organization> {
  const all = await memberships(api)
  const found = match(wanted, all, ORGANIZATION)
  if (found) return found
  const from = source === undefined ? '' : ` (from ${sourceName(source, '--organization')})`
  throw new Problem({
    code: 'ORGANIZATION_UNKNOWN',
    message: `You are not a member of organization ${wanted}${from}.`,
    exit: EXIT.failed,
    suggestions: [
      'Run `superset organization list` to see yours.',
      ...(source?.startsWith('env:') ? [`Then correct or unset ${sourceName(source)}.`] : []),
      ...(source === 'config' ? ['Then run `superset organization switch <id>`.'] : []),
    ],
  })
}

/**
 * The id that requests name. Whoever wrote a slug or a name, in a flag, a variable or a setting, meant the organization that has it
 * (row 91b); it costs one more request. The service fails with 500 at anything but a UUID.
 * @throws Problem ORGANIZATION_UNKNOWN (1)
 */
export async function actingOrganization(
  session: Session,
  connectPlainly: () => Promise<Api>,
): Promise<string | undefined> {
  const {organization} = session
  if (!organization || isUuid(organization.value)) return organization?.value
  const found = await findOrganization(await connectPlainly(), organization.value, organization.source)
  return found.id
}

/**
 * Makes later commands act on an organization.
 * @throws Problem ORGANIZATION_UNKNOWN (1); ORGANIZATION_NOT_KEPT (78) where the session cannot remember one
 */
export async function switchOrganization(api: Api, wanted: string): Promise<Organization> {
  const found = await findOrganization(api, wanted)
  const {session} = api
  if (!session.selectOrganization) throw notKept(session, found)
  await session.selectOrganization(found.id)
  return found
}

export async function listMembers(api: Api, filter: MemberFilter): Promise<Member[]> {
  return readList(Member, await api.query('organization.members.list', filter), 'organization.members.list')
}

async function memberships(api: Api): Promise<Organization[]> {
  const rows = readList(Organization, await api.query('user.myOrganizations'), 'user.myOrganizations')
  return rows.map(({id, name, slug}) => ({id, name, slug}))
}

function notKept({source}: Session, {id}: Organization): Problem {
  return new Problem({
    code: 'ORGANIZATION_NOT_KEPT',
    message: `Nothing is stored for a sign-in from ${variableOf(source) ?? source}, so no organization can be remembered.`,
    exit: EXIT.configuration,
    suggestions: [`Set SUPERSET_ORGANIZATION_ID=${id}, or pass --organization.`],
  })
}
