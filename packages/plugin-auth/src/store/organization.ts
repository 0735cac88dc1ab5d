import type {Place} from '../files/layout.ts'
import {readPlain} from './plain/config-file.ts'

/**
 * The organization that a profile's commands act on: `organizationId` beside its plain-text credentials, whatever the
 * storage, for the incumbent's programs read it there. It survives a sign-out.
 * @throws Problem CONFIG_FILE_INVALID (78), STORE_* (74)
 */
export async function readOrganization(place: Place): Promise<string | undefined> {
  return (await readPlain(place)).section.organizationId
}

/**
 * @param id `undefined` forgets it
 * @throws Problem CONFIG_FILE_INVALID (78), STORE_* (74), STORE_LOCK_BUSY (75)
 */
export async function writeOrganization(place: Place, id: string | undefined): Promise<void> {
  const [{withConfigLock}, {changePlain}] = await Promise.all([
    import('../files/config-lock.ts'),
    import('./plain/replace.ts'),
  ])
  await withConfigLock(place.homeDir, false, () =>
    changePlain(place, 'change', async ({section}) =>
      section.organizationId === id ? undefined : {organizationId: id},
    ),
  )
}
