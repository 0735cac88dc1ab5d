import type {Api} from '../client.ts'
import {HOST, hostsOf, organizationOf} from '../hosts.ts'
import {pick} from '../names.ts'
import {thisHostId} from './machine.ts'
import {openRemote} from './relay.ts'
import type {Target} from './target.ts'
import {openThisMachine, type ThisMachine} from './this-machine.ts'

/** What `--host` says for this machine. */
const LOCAL = 'local'

export interface Surroundings extends Pick<ThisMachine, 'holdSecret' | 'homeDir'> {
  readonly api: Api
}

/**
 * The host that a command acts on.
 * @param nameOrId this machine, unless it says otherwise
 * @throws Problem HOST_UNKNOWN (1), NAME_AMBIGUOUS (2), HOST_NOT_RUNNING (75), ORGANIZATION_NEEDED (77), HOST_MANIFEST (78)
 */
export async function openTarget(nameOrId: string | undefined, surroundings: Surroundings): Promise<Target> {
  const {api} = surroundings
  const organizationId = await organizationOf(api)
  const here = await thisHostId()
  const wanted =
    nameOrId === undefined || nameOrId === LOCAL ? {id: here} : await hostNamed(api, organizationId, nameOrId)
  if (wanted.id === here) return openThisMachine({...surroundings, organizationId, hostId: here})
  return openRemote(api, {...wanted, organizationId, clientId: here})
}

/** Nothing is looked up for an id: a host that is offline or unknown is told apart when it does not answer. */
async function hostNamed(api: Api, organizationId: string, nameOrId: string): Promise<{id: string; name?: string}> {
  if (HOST.isId(nameOrId)) return {id: nameOrId}
  const {id, name} = pick(nameOrId, await hostsOf(api, organizationId), HOST)
  return {id, name}
}
