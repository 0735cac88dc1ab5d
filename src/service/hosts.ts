import {EXIT, isProblem, Problem} from '@superset/identity'
import {boolean, type InferOutput, nullish} from 'valibot'
import {maybeText, readList, row, text} from './answer.ts'
import type {Api} from './client.ts'
import {type Kind, pick} from './names.ts'

export const Host = row({id: text, name: text, online: nullish(boolean()), wakeCommand: maybeText})
export type Host = InferOutput<typeof Host>

/** `local`: it is this machine. */
export const ListedHost = row({id: text, name: text, online: boolean(), local: boolean(), wakeCommand: maybeText})
export type ListedHost = InferOutput<typeof ListedHost>

const Membership = row({id: text})

/** What a host is called by programs: part of a digest, in hexadecimal. */
const ID = /^[\da-f]{32,64}$/

export const HOST: Kind<Host> = {
  noun: 'host',
  unknownCode: 'HOST_UNKNOWN',
  list: 'superset hosts list',
  isId: (value) => ID.test(value),
  idOf: ({id}) => id,
  namesOf: ({name}) => [name],
}

/**
 * The organization whose hosts are meant. Where nobody chose one, it is the one that the service acts on for who is signed in;
 * a key has none.
 * @throws Problem ORGANIZATION_NEEDED (77)
 */
export async function organizationOf(api: Api): Promise<string> {
  if (api.organizationId !== undefined) return api.organizationId
  const own = api.session.scheme === 'api-key' ? undefined : await api.query('user.myOrganization')
  if (typeof own === 'object' && own !== null && 'id' in own && typeof own.id === 'string') return own.id
  throw new Problem({
    code: 'ORGANIZATION_NEEDED',
    message: 'No organization is chosen, and this command acts on one.',
    exit: EXIT.denied,
    suggestions: [
      'Run `superset organization list`, then `superset organization switch <id>`.',
      'Or set SUPERSET_ORGANIZATION_ID, or pass --organization.',
    ],
  })
}

/** @throws Problem MEMBERSHIP_STALE (77) where the sign-in is older than the membership */
export async function hostsOf(api: Api, organizationId: string): Promise<Host[]> {
  try {
    return readList(Host, await api.query('host.list', {organizationId}), 'host.list')
  } catch (error) {
    if (!isProblem(error) || error.code !== 'ORGANIZATION_DENIED' || api.session.scheme !== 'bearer') throw error
    throw (await isMember(api, organizationId)) ? staleMembership(organizationId) : error
  }
}

/** For hosts the service believes the token, which names the organizations of its day; for all else it looks. */
async function isMember(api: Api, organizationId: string): Promise<boolean> {
  try {
    const rows = readList(Membership, await api.query('user.myOrganizations'), 'user.myOrganizations')
    return rows.some(({id}) => id === organizationId)
  } catch (error) {
    if (!isProblem(error)) throw error
    return false
  }
}

function staleMembership(organizationId: string): Problem {
  return new Problem({
    code: 'MEMBERSHIP_STALE',
    message: `You joined organization ${organizationId} after you signed in, and for its hosts your sign-in counts.`,
    exit: EXIT.denied,
    suggestions: ['Run `superset auth refresh`, and try again.'],
  })
}

/** @param hereId the host that this machine is */
export async function listHosts(api: Api, hereId: string): Promise<ListedHost[]> {
  const hosts = await hostsOf(api, await organizationOf(api))
  return hosts.map(({id, name, online, wakeCommand}) => ({
    id,
    name,
    online: online === true,
    local: id === hereId,
    wakeCommand: wakeCommand ?? null,
  }))
}

/** @throws Problem HOST_UNKNOWN (1), NAME_AMBIGUOUS (2) */
export async function findHost(api: Api, nameOrId: string): Promise<Host> {
  return pick(nameOrId, await hostsOf(api, await organizationOf(api)), HOST)
}

/** @param command for a shell of whoever wakes it; `null`: there is none any more */
export async function setWakeCommand(api: Api, nameOrId: string, command: string | null): Promise<Host> {
  const organizationId = await organizationOf(api)
  const host = await findHost(api, nameOrId)
  await api.mutate(
    'host.setWakeCommand',
    {organizationId, machineId: host.id, wakeCommand: command},
    'superset hosts list',
  )
  return {...host, wakeCommand: command}
}

/** The name of a host, where that can be found out; else its id, for what works as well without. */
export async function hostNameOf(api: Api, hostId: string): Promise<string> {
  try {
    const hosts = await hostsOf(api, await organizationOf(api))
    return hosts.find(({id}) => id === hostId)?.name ?? hostId
  } catch (error) {
    if (!isProblem(error)) throw error
    return hostId
  }
}

/** Of all hosts, by their ids; none where that cannot be found out, for what works as well without. */
export async function hostNames(api: Api): Promise<ReadonlyMap<string, string>> {
  try {
    const hosts = await hostsOf(api, await organizationOf(api))
    return new Map(hosts.map(({id, name}) => [id, name]))
  } catch (error) {
    if (!isProblem(error)) throw error
    return new Map()
  }
}
