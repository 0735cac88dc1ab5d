import path from 'node:path'
import type {Generation} from '../model.ts'

export interface TokenLocks {
  /** Held by the one run that starts the helper, until the helper has ended: so that 100 runs start one, not 100. */
  readonly electing: string
  /** Held by the refresher while it lives, and by a logout while it decides what to revoke. */
  readonly refreshing: string
}

/**
 * Two empty lock files per refresh token, named after its digest: whatever sessions name one token, one process at a time
 * presents it. `sweepLocks()` removes them when nobody asks for them any more.
 */
export function tokenLocks(homeDir: string, {digest}: Pick<Generation, 'digest'>): TokenLocks {
  const file = path.join(locksFolder(homeDir), digest.slice(0, 32) || 'none')
  return {electing: `${file}.electing`, refreshing: `${file}.refreshing`}
}

export function locksFolder(homeDir: string): string {
  return path.join(homeDir, 'identity', 'locks')
}
