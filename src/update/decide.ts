import type {InstalledVersion} from './installation.ts'
import type {Pointer, Release} from './payload.ts'
import {nothingBefore, refused} from './problems.ts'
import {compareVersions, newest} from './release-version.ts'

/** What the person asked for. */
export type UpdateRequest =
  | {
      readonly by: 'channel'
      readonly channel: string
      /** Named just now: to be followed from now on. */
      readonly chosen: boolean
      readonly force: boolean
    }
  /** Nobody: a look of its own. */
  | {readonly by: 'itself'; readonly channel: string; readonly mayTake: (offered: Pointer) => boolean}
  | {readonly by: 'version'; readonly version: string; readonly force: boolean}
  | {readonly by: 'rollback'}

/** What is so on this machine. */
export interface Situation {
  /** The version that runs now. */
  readonly running: string
  /** The one that the next start runs; another update may have changed it. */
  readonly current: InstalledVersion | undefined
  /** Oldest first. */
  readonly installed: readonly InstalledVersion[]
}

export type Decision =
  | {readonly act: 'download'; readonly version: string}
  | {readonly act: 'stay'; readonly version: string}
  /** To what is on disk: no network is needed. */
  | {readonly act: 'switch'; readonly to: InstalledVersion}

/** @throws Problem UPDATE_NO_EARLIER (1) */
export function decideRollback({current, installed, running}: Situation): Decision {
  const from = current?.version ?? running
  const earlier = installed.filter((one) => compareVersions(one.version, from) < 0)
  const to = latest(earlier, newest(earlier.map(({version}) => version)))
  if (!to) throw nothingBefore(from)
  return {act: 'switch', to}
}

/** A version that was named is taken whether it is older or newer. */
export function decideVersion(version: string, force: boolean, {current, installed}: Situation): Decision {
  if (force) return {act: 'download', version}
  if (current?.version === version) return {act: 'stay', version}
  const to = latest(installed, version)
  return to ? {act: 'switch', to} : {act: 'download', version}
}

/**
 * Nothing older than what runs, nor than what another update has installed meanwhile: whoever can serve an old signed
 * file could else bring back a mended fault. @throws Problem UPDATE_OLDER (1)
 */
export function decideChannel(
  {channel, version}: Pick<Release, 'channel' | 'version'>,
  force: boolean,
  situation: Situation,
): Decision {
  const {current, running} = situation
  const floor = newest([running, ...(current ? [current.version] : [])]) ?? running
  if (compareVersions(version, floor) < 0) {
    throw refused('OLDER', `The channel ${channel} offers ${version}, which is older than ${floor}.`, [
      `To go back all the same: \`superset update --version ${version}\`.`,
    ])
  }

  return decideVersion(version, force, situation)
}

/** The one that was brought last, should there be several of one version. */
function latest(present: readonly InstalledVersion[], version: string | undefined): InstalledVersion | undefined {
  return present.findLast((one) => one.version === version)
}
