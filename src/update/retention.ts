import type {InstalledVersion} from './installation.ts'

/** A version on disk and what is known of its use. */
export interface RetainedVersion extends InstalledVersion {
  /** Milliseconds since it was last installed or in the place of `current`. */
  readonly unusedMs: number
  /** A process that this user can see runs from it. */
  readonly inUse: boolean
}

const DAY_MS = 86_400_000
/** Processes of other users may run from it unseen; few live longer. */
const QUIET_MS = 14 * DAY_MS
const KEPT_OTHERS = 2

/**
 * The versions that may go: not what is current or runs here, not the two newest others, nothing that was in use lately.
 * @param present oldest first
 */
export function superfluous(
  present: readonly RetainedVersion[],
  needed: ReadonlySet<string>,
): readonly RetainedVersion[] {
  const others = present.filter(({folder}) => !needed.has(folder))
  return others
    .slice(0, Math.max(0, others.length - KEPT_OTHERS))
    .filter(({inUse, unusedMs}) => !inUse && unusedMs >= QUIET_MS)
}
