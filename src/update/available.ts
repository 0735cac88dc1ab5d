import {listReleases} from './host.ts'
import {current, installed, type Installation} from './installation.ts'
import type {Listed} from './payload.ts'
import {compareVersions} from './release-version.ts'
import type {Asking} from './request.ts'
import type {UpdateSettings} from './settings.ts'

export interface Available extends Listed {
  /** On this machine: choosing it needs no network. */
  readonly installed: boolean
  readonly current: boolean
}

/** What the host offers for this platform, newest first, and what of it is here. @throws Problem UPDATE_* */
export async function available(
  settings: UpdateSettings,
  {root, version}: Installation,
  platform: string,
  asking: Asking,
): Promise<readonly Available[]> {
  const listed = await listReleases(settings, platform, asking)
  const here = new Set((await installed(root)).map((one) => one.version))
  const inUse = (await current(root))?.version ?? version
  return listed
    .filter(({channel}) => settings.onlyChannel === undefined || channel === settings.onlyChannel)
    .toSorted((one, other) => compareVersions(other.version, one.version))
    .map((one) => ({...one, installed: here.has(one.version), current: one.version === inUse}))
}
