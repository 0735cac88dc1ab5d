import path from 'node:path'

export interface SessionLocks {
  /** Held by the one run that starts the helper, until the helper has ended: so that 100 runs start one, not 100. */
  readonly electing: string
  /** Held by the refresher while it lives, and by a logout while it decides what to revoke. */
  readonly refreshing: string
}

/** Two empty lock files per session, beside its records; they stay when the session goes. */
export function sessionLocks(homeDir: string, sessionId: string): SessionLocks {
  const folder = path.join(homeDir, 'identity', 'locks')
  return {
    electing: path.join(folder, `${sessionId}.electing`),
    refreshing: path.join(folder, `${sessionId}.refreshing`),
  }
}
