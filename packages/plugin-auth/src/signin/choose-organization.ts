import {organizationNamed} from './named-organization.ts'
import * as problems from './problems.ts'
import {myOrganization, myOrganizations, type Organization, type Service} from './service.ts'

export interface OrganizationChoice {
  /** `--organization`: an id, a slug or a name. */
  readonly named?: string
  /** The one that the person chose on the consent page. */
  readonly claimed?: string
}

/**
 * The organization that later commands act on: the named one, else the one of the consent page, else the server's
 * choice, else the only one. `undefined`: the person has none, or must choose.
 * @throws Problem ORGANIZATION_UNKNOWN (2), NETWORK_*, SERVICE_* (75, 77, 78)
 */
export async function chooseOrganization(
  {named, claimed}: OrganizationChoice,
  service: Service,
): Promise<Organization | undefined> {
  const own = await myOrganizations(service)
  if (named !== undefined) {
    const found = organizationNamed(named, own)
    if (found) return found
    throw problems.organizationUnknown(named, own.map(label))
  }

  const chosen = claimed === undefined ? await myOrganization(service) : own.find(({id}) => id === claimed)
  return chosen ?? (own.length === 1 ? own[0] : undefined)
}

function label({id, name, slug}: Organization): string {
  const handle = slug ?? id
  return name ? `${handle} (${name})` : handle
}
