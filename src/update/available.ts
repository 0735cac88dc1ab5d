import {INDEX, seenSerial} from './freshness.ts'
import {listReleases} from './host.ts'
import {current, installed, type Installation} from './installation.ts'
import type {AvailableRelease} from '../own-shapes.ts'
import {compareVersions} from './release-version.ts'
import type {RequestContext} from './request.ts'
import type {UpdateSettings} from './settings.ts'
import {noteSerial} from './tidy-up.ts'

/** What the host offers for this platform, newest first, and what of it is here. @throws Problem UPDATE_* */
export async function listAvailableReleases(
  settings: UpdateSettings,
  {root, version}: Installation,
  platform: string,
  asking: RequestContext,
): Promise<readonly AvailableRelease[]> {
  const index = await listReleases(settings, platform, {...asking, seen: await seenSerial(root, INDEX)})
  if (index) await noteSerial(root, INDEX, index.serial)
  const here = new Map((await installed(root)).map((one) => [one.version, one.folder]))
  const inUse = (await current(root))?.version ?? version
  return (index?.versions ?? [])
    .filter(({channel}) => settings.onlyChannel === undefined || channel === settings.onlyChannel)
    .toSorted((one, other) => compareVersions(other.version, one.version))
    .map((one) => {
      const folder = here.get(one.version)
      const location =
        folder === undefined ? new URL(`versions/${one.version}/`, settings.base).href : `versions/${folder}`
      return {...one, installed: folder !== undefined, current: one.version === inUse, location}
    })
}
