import {createHash} from 'node:crypto'
import type {Pointer} from './payload.ts'
import {compareVersions} from './release-version.ts'

/** What an installation knows of itself, for updates that nobody asked for. */
export interface InstalledState {
  /** The version of the next start. */
  readonly current: string
  /** Made once, at random; it never leaves this machine. */
  readonly id: string
  /** The version that was left for an older one: neither it nor what came before is brought again unasked. */
  readonly left?: string | undefined
}

/** `take`; or why not: nothing newer, its turn has not come, or it was left. */
export type AutoUpdateDecision = 'current' | 'later' | 'left' | 'take'

export function judge(
  offered: Pick<Pointer, 'rollout' | 'version'>,
  {current, id, left}: InstalledState,
): AutoUpdateDecision {
  const {rollout, version} = offered
  if (compareVersions(version, current) <= 0) return 'current'
  if (left !== undefined && compareVersions(version, left) <= 0) return 'left'
  return isAmong(rollout, id, version) ? 'take' : 'later'
}

/**
 * Whether an installation is among the first so many percent. Raising the share only adds some; and which are the first is another
 * matter with each version, so that it is not always the same who try it out.
 */
export function isAmong(percent: number, id: string, version: string): boolean {
  const place = createHash('sha256').update(`${id}\0${version}`).digest().readUInt32BE() / 2 ** 32
  return place * 100 < percent
}
